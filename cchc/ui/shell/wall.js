// The page on the wall: what stands on it as screens one turns, drawn for 1920 x 1080 and larger or smaller with the
// screen; and the foot and the keys of every screen on the wall, a meeting's too.
import { LEFT_OUT } from "./keep.js";
import { sized } from "./picture.js";

const NEXT = ["ArrowRight", "PageDown", " ", "Enter"], PREVIOUS = ["ArrowLeft", "PageUp", "Backspace"];
// Letters of 13 pixels on the page are of 24 on the wall. On a telephone they are no smaller than half of that.
const TIMES = 24 / 13, HALF = 0.5;
// Of a room: what a chart needs at least and at most, and how much higher than in proportion it may be; rows that may begin a table below
// something else; how far what no screen could hold is made smaller, and what is alone on its screen larger;
// how large letters of a chart are at least, beside those on the page.
const ENOUGH = 0.55, MOST = 0.8, ROOMY = 1.5, ROWS = 3, LEAST = 0.4, LOWEST = 1.15, LOUD = [1.45, 1.3, 1.15, 1];
const CHART = "[data-testid=stPlotlyChart]", BLOCK = "[data-testid=stElementContainer], [data-testid=stHorizontalBlock]";
const SKIPPED = `${LEFT_OUT}, .contents, .printed, details:not([open]), [data-testid=stExpander]:not(:has(details[open]))`;
const FOOT = `
:host { display: flex; align-items: center; gap: 0.5rem; font-family: var(--ours); color: var(--muted); }
.about { flex: 1; overflow: hidden; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; }
.place { font-variant-numeric: tabular-nums; padding: 0 0.3rem; white-space: nowrap; }
button { all: unset; cursor: pointer; min-width: 2rem; height: 2rem; text-align: center; border-radius: 0.3rem; opacity: 0.55; }
button:hover, button:focus-visible { opacity: 1; background: var(--grid); }
button:focus-visible { outline: 2px solid var(--early); }
button:disabled { opacity: 0.2; cursor: default; }
.leave { padding: 0 0.7rem; margin-left: 0.6rem; border: 1px solid currentColor; opacity: 0.9; white-space: nowrap; }
/* On a telephone what the page is about has lines of its own: date and demo mark stand at its end. */
@media (max-width: 640px) { :host { flex-wrap: wrap; } .about { flex: 1 0 100%; display: block; line-height: 1.3; } .place { margin-left: auto; } }`;
const STYLE = `
.wall { --px: calc(var(--scale) * 1px); position: fixed; inset: 0; z-index: 1000002; display: flex; flex-direction: column; box-sizing: border-box; padding: calc(40 * var(--px)) calc(48 * var(--px)) calc(14 * var(--px)); gap: calc(14 * var(--px)); background: var(--ground); color: var(--text); font-family: var(--ours); outline: none !important; }
.wall > main { flex: 1; min-height: 0; position: relative; }
.wall section { position: absolute; inset: 0; display: flex; flex-direction: column; gap: calc(22 * var(--px)); }
.wall section:not(.shown), .wall section:not(.shown) * { visibility: hidden !important; }
.wall section > header p { margin: calc(8 * var(--px)) 0 0; font-size: calc(26 * var(--px)); color: var(--muted); padding: 0 !important; }
.wall section > header :is(h1, h2, h3) { margin: 0; padding: 0 !important; font-size: calc(48 * var(--px)) !important; line-height: 1.2; font-weight: 650; text-wrap: pretty; }
.wall section > header .mark { font-size: calc(26 * var(--px)); vertical-align: middle; }
.wall section.answer > header h1 { font-size: calc(60 * var(--px)) !important; }
.wall section.answer:not(:has(.room > *)) { justify-content: center; }
.wall section.answer:not(:has(.room > *)) > .room { flex: none; }
.wall section.answer:not(:has(.room > *)) > header h1 { font-size: calc(84 * var(--px)) !important; }
.wall header .caption ~ p { color: var(--text) !important; }
.wall header:has(h1) .caption { display: none; }
.wall .room { flex: 1; min-height: 0; overflow: hidden; }
.wall .room { display: flex; flex-direction: column; gap: calc(14 * var(--px)); }
.wall .room > * { flex: none; }
.wall .cards { grid-template-columns: repeat(3, minmax(0, 1fr)); }
.wall .links a::before { content: none; }
.wall > .foot { flex: none; height: calc(68 * var(--px)); font-size: calc(24 * var(--px)); }
@media (max-width: 640px) { .wall > .foot { height: auto; } }
@media (orientation: portrait) { .wall .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); } }`;
// A table on the wall is not scrolled, and its headings are not pressed.
const TABLE = `.host { overflow: visible !important; max-height: none !important; } th { position: static !important; }
thead th { font-weight: 600; font-size: 0.8125rem; }`;

// Where a key turns to from a screen of so many; 0 to leave, undefined for any other key.
export const turned = ({ key, ctrlKey, altKey, metaKey }, place, count) => {
  if (ctrlKey || altKey || metaKey) return undefined;
  const to = NEXT.includes(key) ? place + 1 : PREVIOUS.includes(key) ? place - 1 : { Home: 1, End: count, Escape: 0 }[key];
  return key === "Escape" || to === undefined ? to : Math.max(1, Math.min(count, to));
};

// Draws where we are and the buttons into `host`; `go` is told the screen that one of them leads to, 0 to leave.
export const foot = (host, { place, count, texts }, go) => {
  const made = (tag, className, text, settings) => Object.assign(document.createElement(tag), { className, textContent: text, ...settings });
  const button = (className, sign, label, to, disabled) =>
    made("button", className, sign, { title: label, ariaLabel: label, disabled, onclick: () => go(to) });
  (host.shadowRoot ?? host.attachShadow({ mode: "open" })).replaceChildren(
    made("style", "", FOOT),
    made("span", "about", texts.about),
    button("", "‹", texts.previous, place - 1, place === 1),
    made("span", "place", `${place} / ${count}`),
    button("", "›", texts.next, place + 1, place === count),
    button("leave", `× ${texts.leave}`, texts.close, 0, false),
  );
};

// --- What stands on the page ---

const tables = (node) =>
  [...node.querySelectorAll("*")].flatMap((each) => (each.localName === "table" ? [each] : each.shadowRoot ? tables(each.shadowRoot) : []));

// What of a block may stand on another screen than the rest: the rows of its table, or its parts.
const lines = (node) => {
  const found = tables(node);
  if (found.length === 1) return [...found[0].tBodies].flatMap(({ rows }) => [...rows]);
  let list = node;
  const inside = () => [...(list.shadowRoot ?? list).children].filter(({ localName }) => localName !== "style");
  while (inside().length === 1) [list] = inside();
  return inside();
};

// A part of the page without what is pressed, and without what leads away from it.
const copy = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return node.cloneNode();
  if (node.nodeType !== Node.ELEMENT_NODE || node.matches(SKIPPED)) return "";
  const made = node.localName === "button" ? document.createElement("span") : node.cloneNode();
  ["id", "href", "tabindex"].forEach((name) => made.removeAttribute(name));
  if (node.shadowRoot) {
    const styles = [...node.shadowRoot.querySelectorAll("style")].map((each) => each.cloneNode(true));
    const own = Object.assign(document.createElement("style"), { textContent: TABLE });
    const root = made.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = node.shadowRoot.adoptedStyleSheets;
    root.append(...[...node.shadowRoot.childNodes].map(copy), ...styles, own);
  }
  made.append(...[...node.childNodes].map(copy));
  return made;
};

const seen = (node) => node.localName !== "style" && (node.innerText?.trim() || node.querySelector("img, svg, i") || tables(node).length);

const blocks = (node) =>
  [...node.children].flatMap((each) => {
    if (each.matches(SKIPPED) || !each.checkVisibility()) return [];
    if (each.matches(CHART)) return [{ chart: each }];
    if (!each.matches(BLOCK) || each.querySelector(CHART)) return blocks(each);
    const header = each.querySelector("h1, h2, h3");
    if (header) return [{ title: header.closest("header") ?? header }];
    return seen(copy(each)) ? [{ source: each, tabled: tables(each).length > 0 }] : [];
  });

// A heading that heads nothing heads controls; links below what they lead on from lead off the wall.
const sections = (main) => {
  const found = [];
  for (const block of blocks(main)) {
    if (block.title) found.push({ title: block.title, blocks: [] });
    else if (!found.at(-1)?.blocks.length || !block.source?.querySelector(".links")) found.at(-1)?.blocks.push(block);
  }
  return found.filter(({ blocks, title }) => blocks.length || title.querySelector("h1"));
};

// A chart of many rows is cut into as many charts as it takes for each to have large letters.
const cut = (chart, room, scale) => {
  const { data, layout } = chart.querySelector(".js-plotly-plot");
  const bars = data.find(({ type, orientation }) => type === "bar" && orientation === "h");
  const downwards = layout.yaxis?.autorange === "reversed" || layout.yaxis?.range?.[0] > layout.yaxis?.range?.[1];
  const rows = bars?.y ?? (downwards ? layout.yaxis.tickvals : undefined) ?? [];
  const parts = Math.ceil((layout.height * scale * TIMES * 0.8) / room);
  if (parts < 2 || rows.length < parts) return [{ chart }];
  // A name above its bar begins where the bar before it ends.
  const [before, after] = bars?.width ? [rows[0], bars.width / 2 + 4] : [0.5, 0.5], per = Math.ceil(rows.length / parts);
  const ends = Array.from({ length: Math.ceil(rows.length / per) }, (_, part) => rows[Math.min(rows.length, (part + 1) * per) - 1] + after);
  return ends.map((end, part) => ({ chart, range: [end, part ? ends[part - 1] : rows[0] - before], parts: ends.length }));
};

// --- Screens ---

const screens = (main, context, scale) => {
  const made = [];
  let room, section;
  const bottom = () => room.lastElementChild?.getBoundingClientRect().bottom ?? room.getBoundingClientRect().top;
  const free = () => room.getBoundingClientRect().bottom - bottom();
  const open = () => {
    const screen = document.createElement("section");
    const first = section.title !== made.at(-1)?.of;
    if (first && section.title.querySelector?.("h1")) screen.className = "answer";
    const header = document.createElement("header");
    header.append(...(section.title.localName === "header" ? [...section.title.childNodes].map(copy) : [copy(section.title)]));
    if (!first) header.querySelectorAll(".question, .caption ~ p").forEach((each) => each.remove());
    room = Object.assign(document.createElement("div"), { className: "room" });
    screen.append(header, room);
    main.append(screen);
    made.push({ screen, of: section.title, draw: [], sources: new Set() });
  };
  const add = (source, times = TIMES * scale) => {
    const held = document.createElement("div");
    held.style.zoom = times;
    held.append(...[...source.childNodes].map(copy));
    if (source.matches("[data-testid=stHorizontalBlock]")) held.style.cssText += "display:flex;gap:1rem";
    room.append(held);
    return held;
  };
  const fits = (held) => held.getBoundingClientRect().bottom <= room.getBoundingClientRect().bottom + 1;
  const smaller = (held) => {
    for (let times = held.style.zoom; !fits(held) && times > LEAST * TIMES * scale; times *= 0.93) held.style.zoom = times;
  };
  // Little to say is said in larger letters.
  const louder = () => {
    const parts = [...room.children], sizes = parts.map((each) => each.style.zoom);
    for (const times of LOUD) {
      parts.forEach((each, at) => (each.style.zoom = sizes[at] * times));
      if (free() >= 0 && room.scrollWidth <= room.clientWidth + 1) return;
    }
  };
  // As wide as the room; a paper no larger than whole, if it can be read then.
  const sizedAs = (source) => {
    const held = add(source), across = room.getBoundingClientRect().width;
    const wide = Math.max(...tables(held).map((each) => each.getBoundingClientRect().width), 0);
    if (wide > across + 1) held.style.zoom *= across / wide;
    if (source.querySelector("article[lang=vi]")) smaller(held);
    return held;
  };
  // As many of its lines as find room on the screen, the others on the next ones.
  const put = ({ source }) => {
    for (let from = 0, count = 1; from < count; ) {
      const held = sizedAs(source), all = lines(held), some = all.slice(from);
      count = all.length;
      all.slice(0, from).forEach((each) => each.remove());
      let last = some.length;
      while (last && !fits(held)) some[--last].remove();
      if ((last < Math.min(ROWS, some.length) || !fits(held)) && room.children.length > 1) {
        held.remove();
        open();
        continue;
      }
      if (!count) smaller(held);
      else if (!last) {
        held.remove();
        const whole = add(source);
        lines(whole).forEach((each, at) => at === from || each.remove());
        smaller(whole);
      }
      from += Math.max(last, 1);
      if (from < count) open();
    }
  };
  // What is said below a chart stands on its screen, if that leaves it room.
  const drawn = ({ chart, range, parts }, below) => {
    const high = room.getBoundingClientRect().height;
    const natural = chart.querySelector(".js-plotly-plot").layout.height / (parts ?? 1);
    const enough = Math.max(ENOUGH * high, Math.min(MOST * high, 0.85 * natural * TIMES * scale));
    if (free() < enough && room.children.length) open();
    const place = document.createElement("div");
    room.append(place);
    const held = below.map(({ source }) => add(source));
    const said = held.length ? bottom() - held[0].getBoundingClientRect().top : 0;
    const left = room.getBoundingClientRect().bottom - place.getBoundingClientRect().top;
    const kept = left - said >= enough;
    if (!kept) held.forEach((each) => each.remove());
    const height = (kept ? left - said : left) - 24 * scale;
    place.style.height = `${height}px`;
    made.at(-1).sources.add(chart);
    made.at(-1).draw.push(() => plot(place, chart, context, { width: place.clientWidth, height }, scale, range && { range, parts }));
    return kept ? below.length : 0;
  };
  for (section of sections(document.querySelector("[data-testid=stMainBlockContainer]"))) {
    open();
    const high = room.getBoundingClientRect().height;
    const all = section.blocks.flatMap((block) => (block.chart ? cut(block.chart, high, scale) : [block]));
    for (let at = 0; at < all.length; at += 1) {
      const block = all[at];
      if (!block.chart) put(block);
      else {
        const end = all.findIndex((each, place) => place > at && (each.chart || each.tabled));
        at += drawn(block, all.slice(at + 1, end < 0 ? all.length : end));
      }
    }
    const alone = made.filter(({ of }) => of === section.title).length === 1;
    if (alone && !made.at(-1).draw.length) louder();
  }
  return made;
};

const plot = (place, chart, context, room, scale, part) => {
  const { data, layout, scale: times, natural } = sized(chart, { ...context, light: {} }, room, [LOWEST * scale, TIMES * scale], part?.parts);
  const high = Math.min(ROOMY * natural, room.height / times);
  const inner = place.appendChild(document.createElement("div"));
  inner.style.cssText = `width:${layout.width}px;height:${high}px;zoom:${times}`;
  const rows = part ? { yaxis: { ...layout.yaxis, autorange: false, range: part.range } } : {};
  window.Plotly.newPlot(inner, data, { ...layout, ...rows, height: high }, { displayModeBar: false, staticPlot: true });
};

// Shows the page on the wall until Escape, from its first screen or from that of a chart.
export const present = (context, from) => {
  const whole = Object.assign(document.createElement("div"), { className: "wall", role: "dialog", ariaModal: "true", tabIndex: -1 });
  whole.ariaLabel = context.words.present;
  const style = Object.assign(document.createElement("style"), { textContent: STYLE });
  const main = document.createElement("main");
  const footer = Object.assign(document.createElement("div"), { className: "foot" });
  whole.append(style, main, footer);
  const under = document.querySelector("#root");
  let before = document.activeElement;
  while (before.shadowRoot?.activeElement) before = before.shadowRoot.activeElement;
  const caption = document.querySelector("header:has(h1) .caption")?.innerText ?? context.shown;
  let all = [], place = 1;
  const show = (wanted) => {
    place = Math.max(1, Math.min(all.length, wanted));
    all.forEach(({ screen }, at) => screen.classList.toggle("shown", at === place - 1));
    all[place - 1].draw.splice(0).forEach((draw) => draw());
    footed(all.length);
  };
  const footed = (count) => foot(footer, { place, count, texts: { ...context.words, about: caption } }, go);
  const go = (wanted) => (wanted ? show(wanted) : end());
  const build = () => {
    const scale = Math.max(HALF, Math.min(innerWidth / 1920, innerHeight / 1080));
    whole.style.setProperty("--scale", scale);
    main.replaceChildren();
    footed(1);  // it takes its room before the screens take theirs
    all = screens(main, context, scale);
    show(place);
  };
  const keys = (event) => {
    const to = turned(event, place, all.length);
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    go(to);
  };
  const end = () => {
    removeEventListener("resize", build);
    removeEventListener("keydown", keys, true);
    if (document.fullscreenElement) document.exitFullscreen();
    whole.remove();
    under.inert = false;
    (from?.querySelector(".chart-menu button") ?? before).focus();
  };
  document.body.append(whole);
  under.inert = true;
  addEventListener("resize", build);
  addEventListener("keydown", keys, true);
  whole.onfullscreenchange = () => document.fullscreenElement || end();
  whole.focus();
  build();
  if (from) show(1 + all.findIndex(({ sources }) => sources.has(from)));
  // A browser that will not (a telephone) shows it over the whole page.
  whole.requestFullscreen?.().catch(() => {});
};
