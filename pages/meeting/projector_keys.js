// The foot of a screen on the wall: where we are, buttons, the keys that turn it, and how large the wall is.
const NEXT = ["ArrowRight", "PageDown", " ", "Enter"];
const PREVIOUS = ["ArrowLeft", "PageUp", "Backspace"];

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const host = parentElement.querySelector(".host");
  // A component is drawn anew on every turn: the listeners of the last time go.
  host.listening?.abort();
  host.listening = new AbortController();
  const { signal } = host.listening;
  // Keys pressed faster than screens are drawn count from where the last one leads.
  let place = data.place;

  const go = (wanted) => {
    const next = Math.max(1, Math.min(data.count, wanted));
    if (next === place) return;
    place = next;
    setTriggerValue("go", place);
  };
  const close = () => setTriggerValue("go", 0);

  const button = (sign, label, act, disabled) => {
    const made = document.createElement("button");
    made.textContent = sign;
    made.title = label;
    made.setAttribute("aria-label", label);
    made.disabled = disabled;
    made.onclick = act;
    return made;
  };
  const text = (className, content) => {
    const made = document.createElement("span");
    made.className = className;
    made.textContent = content;
    return made;
  };
  const leave = button(`× ${data.texts.leave}`, data.texts.close, close, false);
  leave.className = "leave";
  host.replaceChildren(
    text("about", data.texts.about),
    button("‹", data.texts.previous, () => go(place - 1), data.place === 1),
    text("place", `${data.place} / ${data.count}`),
    button("›", data.texts.next, () => go(place + 1), data.place === data.count),
    leave,
  );

  window.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (NEXT.includes(event.key)) go(place + 1);
      else if (PREVIOUS.includes(event.key)) go(place - 1);
      else if (event.key === "Home") go(1);
      else if (event.key === "End") go(data.count);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    { signal, capture: true },
  );

  // Letters follow the screen by themselves; charts are drawn in pixels, so the server is told how large it is.
  const fit = () => {
    const scale = Math.round(Math.min(window.innerWidth / 1920, window.innerHeight / 1080) * 50) / 50;
    if (scale !== data.scale) setStateValue("scale", scale);
  };
  fit();
  window.addEventListener("resize", fit, { signal });
  return () => host.listening.abort();
}
