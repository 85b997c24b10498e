// Copies the link, prints the page, and switches between light and dark on every page of this address.
export default function ({ data, parentElement }) {
  const host = parentElement.querySelector(".host");
  document.documentElement.lang = data.language;
  const button = (label, act) => {
    const made = document.createElement("button");
    made.textContent = label;
    made.onclick = () => act(made);
    return made;
  };
  const copy = async (made) => {
    const link = window.location.href;
    try {
      await navigator.clipboard.writeText(link);
      made.textContent = data.copied;
      setTimeout(() => { made.textContent = data.copy; }, 2000);
    } catch {
      // Without https a browser may refuse the clipboard: show the link to copy by hand.
      window.prompt(data.copy, link);
    }
  };
  // Charts are drawn for the screen: give them the width of the sheet first, and the screen's back afterwards.
  const print = () => {
    const main = document.querySelector('[data-testid="stMainBlockContainer"]');
    main.style.width = "186mm";
    window.dispatchEvent(new Event("resize"));
    setTimeout(() => {
      window.print();
      main.style.width = "";
      window.dispatchEvent(new Event("resize"));
    }, 800);
  };
  const turn = () => {
    const next = data.theme === "dark" ? "Light" : "Dark";
    const root = window.location.pathname.replace(/[^/]*$/, "");
    for (const slug of ["", ...data.slugs]) localStorage.setItem(`stActiveTheme-${root}${slug}-v2`, JSON.stringify(next));
    window.location.reload();
  };
  host.replaceChildren(
    button(data.copy, copy),
    button(data.print, print),
    button(data.turn, turn),
  );
}
