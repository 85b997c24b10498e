// The page as one file that opens without server and network: what is read on it, its charts as drawings, its own styles.
// Whatever is pressed or chosen is left out; no script comes along, and the file forbids itself to run one or to ask for
// anything.
import { described } from "./picture.js";

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
const PRESSED = ["Button", "ButtonGroup", "DownloadButton", "Pagination", "FileUploader", "Popover", "Selectbox", "MultiSelect",
  "TextInput", "NumberInput", "DateInput", "Checkbox", "Radio", "Slider", "FormSubmitButton", "DataFrame", "Skeleton"];
export const LEFT_OUT = [
  ...PRESSED.map((each) => `[data-testid=st${each}]`), ".st-key-filter-bar", ".st-key-registers", ".chart-menu", ".chart-said", ".shown", ".tools",
  "[data-testid=stIconMaterial], [data-testid=stExpanderToggleIcon], script, style, link, meta, template, input, select",
  "canvas, iframe, object, embed, video, audio",
].join(",");
const TAGS = new Set(
  "article aside b blockquote br caption code col colgroup dd details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 header hr i li main nav ol p pre s section small span strong sub summary sup table tbody td tfoot th thead tr u ul".split(" "),
);
const ATTRIBUTES = new Set("aria-hidden aria-label class colspan data-testid lang open role rowspan scope style title".split(" "));
const DRAWN = "http://www.w3.org/2000/svg";
const STYLE = `
:root { color-scheme: light dark; --st-text-color: var(--text); --st-background-color: var(--ground); --st-border-color: var(--grid);
  --st-primary-color: var(--early); --st-red-text-color: var(--late-text); --st-blue-text-color: var(--early-text);
  --st-secondary-background-color: color-mix(in srgb, var(--text) 6%, var(--ground)); --st-base-radius: 0.25rem;
  --st-font: system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif; }
html { background: var(--ground); color: var(--text); font: 1rem/1.5 var(--st-font); }
body { max-width: 80rem; margin: 0 auto; padding: 1.5rem; }
h2, h3 { font-size: 1.125rem; margin: 1rem 0 0; }
p { margin: 0.35rem 0; }
[data-testid=stHorizontalBlock] { display: flex; flex-wrap: wrap; gap: 1rem; }
[data-testid=stHorizontalBlock] > * { flex: 1 1 22rem; min-width: 0; }
[data-testid=stAlert] { border: 1px solid var(--grid); border-radius: 0.25rem; padding: 0.4rem 0.8rem; margin: 0.5rem 0; }
.links li::before { content: "→ "; white-space: pre; }
[data-testid=stCaptionContainer] { font-size: 0.875rem; }
summary { cursor: pointer; font-weight: 600; }
summary * { display: inline; }
pre { white-space: pre-wrap; font: inherit; margin: 0.2rem 0 0.8rem; }
figure { margin: 0.5rem 0; padding: 0.5rem; background: #fff; border-radius: 0.25rem; break-inside: avoid; overflow-x: auto; }
figure svg { display: block; margin: 0 auto; max-width: 100%; height: auto; }
footer { margin-top: 2rem; border-top: 1px solid var(--grid); padding-top: 0.5rem; font-size: 0.8125rem; color: var(--muted); }
@media print { html { background: #fff; } body { padding: 0; } }`;

export const keep = async (context) => {
  const file = document.implementation.createHTMLDocument(document.title);
  file.documentElement.lang = document.documentElement.lang;
  const add = (place, tag, settings) => place.appendChild(Object.assign(file.createElement(tag), settings));
  const policy = add(file.head, "meta", { content: POLICY });
  policy.httpEquiv = "Content-Security-Policy";
  file.head.prepend(policy);
  policy.before(Object.assign(file.createElement("meta"), { name: "viewport", content: "width=device-width, initial-scale=1" }));
  file.head.prepend(file.createElement("meta"));
  file.head.firstChild.setAttribute("charset", "utf-8");
  const own = [...document.querySelectorAll("[data-testid=stHtml] > style")].map((each) => each.textContent);
  const styles = [...own, themes(context.palettes), STYLE];
  add(file.head, "style", { textContent: harmless(styles.join("\n")) });

  const main = add(file.body, "main", {});
  const shown = document.querySelector("[data-testid=stMainBlockContainer]");
  main.append(...(await copies(shown.childNodes, file, context)));
  const foot = add(file.body, "footer", {});
  add(foot, "p", { textContent: context.source });
  const now = new Date().toLocaleString(file.documentElement.lang === "vi" ? "vi-VN" : "en-GB");
  add(foot, "p", { textContent: `${context.words.kept} ${now} · ${context.link}` });

  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["<!doctype html>\n", file.documentElement.outerHTML], { type: "text/html" }));
  link.download = `cchc-${context.name}.html`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};

// A style ends where its element does, whatever a style says.
const harmless = (css) => css.replaceAll("</", "<\\/");

const themes = (palettes) => {
  const words = (palette) => Object.entries(palette).map(([name, colour]) => `--${name.replaceAll("_", "-")}:${colour};`).join("");
  return `:root{${words(palettes.light)}} @media screen and (prefers-color-scheme: dark){:root{${words(palettes.dark)}}}`;
};

const copies = async (nodes, file, context) => {
  const made = await Promise.all([...nodes].map((each) => copy(each, file, context)));
  return made.filter(Boolean);
};

const copy = async (node, file, context) => {
  if (node.nodeType === Node.TEXT_NODE) return file.createTextNode(node.data);
  if (node.nodeType !== Node.ELEMENT_NODE || node.matches(LEFT_OUT)) return null;
  if (node.matches("[data-testid=stPlotlyChart]")) return drawing(node, file, context);
  if (getComputedStyle(node).display === "none") return null;
  if (node.localName === "img") return image(node, file);
  // What people wrote, such as the notes of a meeting.
  if (node.localName === "textarea") return Object.assign(file.createElement("pre"), { textContent: node.value });
  const drawn = node.namespaceURI === DRAWN;
  const tag = drawn || TAGS.has(node.localName) ? node.localName : "span";
  const made = drawn ? file.createElementNS(DRAWN, tag) : file.createElement(tag);
  for (const { name, value } of node.attributes)
    if (ATTRIBUTES.has(name) || (drawn && !/^on|href|src/i.test(name))) made.setAttribute(name, value);
  if (node.shadowRoot) made.append(await shadow(node.shadowRoot, file, context));
  made.append(...(await copies(node.childNodes, file, context)));
  return made;
};

const shadow = async (root, file, context) => {
  const made = file.createElement("template");
  made.setAttribute("shadowrootmode", "open");
  const style = file.createElement("style");
  const rules = [...root.styleSheets, ...root.adoptedStyleSheets].flatMap((sheet) => [...sheet.cssRules]);
  style.textContent = harmless(rules.map((rule) => rule.cssText).join("\n"));
  made.content.append(style, ...(await copies(root.childNodes, file, context)));
  return made;
};

const image = (node, file) => {
  if (!node.src.startsWith("data:image/")) return null;
  const made = file.createElement("img");
  for (const name of ["alt", "class", "src", "style"]) if (node.hasAttribute(name)) made.setAttribute(name, node.getAttribute(name));
  return made;
};

// In the colours of paper, as wide as on the page, with texts that can be found and copied.
const drawing = async (node, file, context) => {
  const plot = node.querySelector(".js-plotly-plot");
  if (!plot) return null;
  const { data, layout } = described(node, context);
  const size = { width: plot._fullLayout.width, height: plot._fullLayout.height };
  const picture = await window.Plotly.toImage(
    { data, layout: { ...layout, ...size, autosize: false, paper_bgcolor: "#FFFFFF" }, config: { staticPlot: true } },
    { format: "svg", ...size },
  );
  const text = decodeURIComponent(picture.slice(picture.indexOf(",") + 1));
  const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", node.getAttribute("aria-label") ?? "");
  svg.querySelectorAll("script, foreignObject").forEach((each) => each.remove());
  svg.querySelectorAll("a").forEach((each) => each.removeAttributeNS("http://www.w3.org/1999/xlink", "href"));
  const made = file.createElement("figure");
  made.append(file.importNode(svg, true));
  return made;
};
