// Keeps where somebody wanted to go until they are signed in; the toolbar takes them there.
export default function () {
  sessionStorage.setItem("cchc-asked", window.location.pathname + window.location.search);
}
