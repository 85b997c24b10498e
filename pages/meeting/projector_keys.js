// The foot of a screen on the wall: where we are, buttons, the keys that turn it, and how large the wall is.
const { foot, turned } = await import(new URL("wall.js", window.location.href).href);

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const host = parentElement.querySelector(".host");
  // A component is drawn anew on every turn: the listeners of the last time go.
  host.listening?.abort();
  host.listening = new AbortController();
  const { signal } = host.listening;
  // Keys pressed faster than screens are drawn count from where the last one leads.
  let place = data.place;

  const go = (wanted) => {
    if (wanted === place) return;
    place = wanted;
    setTriggerValue("go", place);
  };
  const close = () => setTriggerValue("go", 0);

  foot(host, data, (wanted) => (wanted ? go(wanted) : close()));

  window.addEventListener(
    "keydown",
    (event) => {
      const wanted = turned(event, place, data.count);
      if (wanted === undefined) return;
      if (wanted) go(wanted);
      else close();
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
