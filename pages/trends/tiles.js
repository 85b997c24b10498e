// Small charts of many units as buttons. Pictures come as images, in which nothing can run; nothing is parsed as HTML.
export default function ({ data, parentElement, setTriggerValue }) {
  const host = parentElement.querySelector(".host");
  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const image = (className, source, text) => {
    const made = element("img", className);
    made.src = source;
    made.alt = text;
    if (text) made.title = text;
    return made;
  };
  const tiles = element("div", data.dense ? "tiles dense" : "tiles");
  data.tiles.forEach((tile) => {
    const button = element("button", (tile.chosen ? "chosen " : "") + (tile.muted ? "muted" : ""));
    button.title = tile.title;
    button.ariaPressed = String(tile.chosen);
    const head = element("span", "head");
    head.append(element("span", "name", tile.text));
    if (tile.icon.kind) head.append(image("icon", data.icons[tile.icon.kind], tile.icon.title));
    if (tile.target.kind) head.append(image("icon target", data.icons[tile.target.kind], tile.target.title));
    button.append(head);
    button.append(tile.image ? image("picture", `data:image/svg+xml,${encodeURIComponent(tile.image)}`, "") : element("span", "picture"));
    button.append(element("span", "value", tile.value));
    button.onclick = () => setTriggerValue("tile", tile.id);
    tiles.append(button);
  });
  host.replaceChildren(tiles);
}
