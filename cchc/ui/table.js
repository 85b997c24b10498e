// A table that sorts in place and narrows on a click; a long one is searched, and cut to its first rows. Texts come
// formatted; nothing is parsed as HTML.
const PARTS = ["text", "value", "title", "tone", "below", "counts", "bar", "line"];
const WORDS = {
  vi: { find: "Tìm trong bảng", all: "Tất cả", asc: "20 thấp nhất", desc: "20 cao nhất", first: "20 hàng đầu" },
  en: { find: "Search the table", all: "All", asc: "20 lowest", desc: "20 highest", first: "First 20" },
};
const words = () => WORDS[document.documentElement.lang] ?? WORDS.vi;
const FEW = 20;
const fold = (text) => text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "").trim().replace(/\s+/g, " ");

// A cell is told what is not usual in its column; a bar of "=" is as long as the value says.
const whole = (columns) => (row) => ({
  id: null, ...row, cells: row.cells.map((cell, at) => {
    const said = Object.fromEntries(PARTS.map((name, place) => [name, cell[place] ?? columns[at].usual[place] ?? (name === "value" ? null : "")]));
    return said.bar === "=" ? { ...said, bar: said.value } : said;
  }),
});

export default function ({ data: { rows, ...settings }, parentElement, setTriggerValue }) {
  const data = { ...settings, rows: rows.map(whole(settings.columns)) };
  const host = parentElement.querySelector(".host");
  // More rows than a screen has room for: they move under their headings.
  const LONG = 30;
  // More columns than a laptop has room for, unless they stand closer.
  const MANY = 10;
  let sorted = { column: null, descending: true };

  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  const order = (rows) => {
    if (sorted.column === null) return rows;
    const rank = (row) => row.cells[sorted.column].value;
    const sign = sorted.descending ? -1 : 1;
    const fixed = rows.filter((row) => row.total);
    const free = rows.filter((row) => !row.total);
    free.sort((a, b) => {
      const [left, right] = [rank(a), rank(b)];
      if (left === null || right === null) return (left === null) - (right === null);
      return left < right ? -sign : left > right ? sign : 0;
    });
    return [...fixed, ...free];
  };

  // Which way the rows go that are shown first: as sorted, or as they came, by the first column of figures in order.
  const direction = () => {
    if (sorted.column !== null) return data.columns[sorted.column].align === "left" ? "first" : sorted.descending ? "desc" : "asc";
    const rows = data.rows.filter((row) => !row.total);
    for (const place of data.columns.keys()) {
      const values = rows.map((row) => row.cells[place].value).filter((value) => value !== null);
      if (data.columns[place].align !== "right" || values.length < 2 || values[0] === values.at(-1)) continue;
      if (values.every((value, at) => !at || values[at - 1] <= value)) return "asc";
      if (values.every((value, at) => !at || values[at - 1] >= value)) return "desc";
    }
    return "first";
  };
  let [wanted, few] = ["", false];
  const shown = () => {
    const rows = order(data.rows);
    const free = rows.filter((row) => !row.total && row.cells.some((cell) => fold(cell.text).includes(wanted)));
    return [...rows.filter((row) => row.total), ...(few ? free.slice(0, FEW) : free)];
  };
  const tools = element("div", "tools");
  const told = element("output");
  const tooled = () => {
    const search = element("input");
    search.type = "search";
    search.placeholder = search.ariaLabel = words().find;
    search.oninput = () => {
      wanted = fold(search.value);
      draw();
    };
    const choices = [true, false].map((cut) => {
      const choice = element("button", "", cut ? "" : words().all);
      choice.onclick = () => {
        few = cut;
        draw();
      };
      return choice;
    });
    tools.replaceChildren(search, ...choices, told);
  };
  const tell = () => {
    const [cut, all] = tools.querySelectorAll("button");
    [cut.ariaPressed, all.ariaPressed] = [String(few), String(!few)];
    cut.textContent = words()[direction()];
    const count = (rows) => rows.filter((row) => !row.total).length;
    told.textContent = `${count(shown())} / ${count(data.rows)}`;
  };

  // On a telephone what a row of figures comes to, in words at its end, stands beside the name.
  const places = () => {
    const every = [...data.columns.keys()], last = every.length - 1;
    const worded = last > 1 && data.columns[last].align === "left" && data.columns[last - 1].align === "right";
    return worded && matchMedia("(max-width: 640px)").matches ? [0, last, ...every.slice(1, last)] : every;
  };

  const draw = () => {
    const table = element("table");
    const head = element("tr");
    places().forEach((place) => {
      const column = data.columns[place];
      const cell = element("th", column.align);
      cell.scope = "col";
      const button = element("button", "", column.label);
      button.title = column.help || "";
      const way = data.ordered ? column.sorted : sorted.column === place && (sorted.descending ? "desc" : "asc");
      if (way) {
        cell.ariaSort = way === "desc" ? "descending" : "ascending";
        button.append(element("span", "arrow", way === "desc" ? " ▼" : " ▲"));
      }
      button.onclick = () => {
        if (data.ordered) return setTriggerValue("sort", column.key);
        sorted = { column: place, descending: sorted.column === place ? !sorted.descending : column.align === "right" };
        draw();
        host.querySelectorAll("thead button")[places().indexOf(place)].focus();
      };
      // On paper a heading with a button in it would stand on the first sheet only.
      cell.append(button, element("span", "printed", column.label));
      head.append(cell);
    });
    const top = element("thead");
    top.append(head);
    const body = element("tbody");
    shown().forEach((row) => {
      const line = element("tr", row.total ? "total" : row.muted ? "muted" : "");
      places().forEach((place) => {
        const cell = row.cells[place];
        const made = element(place === 0 ? "th" : "td", `${data.columns[place].align} ${cell.tone || ""}`);
        if (cell.title) made.title = cell.title;
        if (cell.bar !== "") {
          made.classList.add("barred");
          const bar = element("span", "bar");
          bar.style.width = `${Math.max(0, Math.min(1, cell.bar)) * 100}%`;
          made.append(bar);
        }
        if (cell.line) {
          const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
          const line = document.createElementNS(svg.namespaceURI, "polyline");
          svg.setAttribute("viewBox", "0 0 120 30");
          svg.setAttribute("class", "line");
          svg.setAttribute("aria-hidden", "true");
          const step = 112 / Math.max(cell.line.length - 1, 1);
          const points = cell.line.map((low, at) => (low === null ? "" : `${Math.round(4 + at * step)},${low}`));
          line.setAttribute("points", points.filter(Boolean).join(" "));
          svg.append(line);
          made.append(svg);
        }
        if (place === 0 && row.id && data.clickable) {
          const link = element("button", "row", cell.text);
          link.onclick = () => setTriggerValue("row", row.id);
          made.append(link);
        } else if (cell.counts) {
          const link = element("button", "row", cell.text);
          link.onclick = () => setTriggerValue("cell", { row: row.id, counts: cell.counts });
          made.append(link);
        } else if (cell.text) made.append(element("span", "text", cell.text));
        if (cell.below) made.append(element("span", "below", cell.below));
        line.append(made);
      });
      if (row.id && data.clickable) {
        line.classList.add("clickable");
        line.onclick = (event) => {
          if (event.target.tagName !== "BUTTON") setTriggerValue("row", row.id);
        };
      }
      body.append(line);
    });
    table.append(top, body);
    host.classList.toggle("long", data.rows.length > LONG);
    host.classList.toggle("dense", data.columns.length > MANY);
    host.replaceChildren(table);
    if (tools.isConnected) tell();
  };
  parentElement.querySelector(".tools")?.remove();
  if (data.rows.length > LONG && !data.ordered) {
    tooled();
    host.before(tools);
  }
  draw();
}
