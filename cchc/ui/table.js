// A table that sorts in place and narrows on a click. Texts come formatted; nothing is parsed as HTML.
export default function ({ data, parentElement, setTriggerValue }) {
  const host = parentElement.querySelector(".host");
  // More rows than a screen has room for: they move under their headings.
  const LONG = 30;
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

  const draw = () => {
    const table = element("table");
    const head = element("tr");
    data.columns.forEach((column, place) => {
      const cell = element("th", column.align);
      cell.scope = "col";
      const button = element("button", "", column.label);
      button.title = column.help || "";
      const direction = data.ordered ? column.sorted : sorted.column === place && (sorted.descending ? "desc" : "asc");
      if (direction) {
        cell.ariaSort = direction === "desc" ? "descending" : "ascending";
        button.append(element("span", "arrow", direction === "desc" ? " ▼" : " ▲"));
      }
      button.onclick = () => {
        if (data.ordered) return setTriggerValue("sort", column.key);
        sorted = { column: place, descending: sorted.column === place ? !sorted.descending : column.align === "right" };
        draw();
      };
      cell.append(button);
      head.append(cell);
    });
    const top = element("thead");
    top.append(head);
    const body = element("tbody");
    order(data.rows).forEach((row) => {
      const line = element("tr", row.total ? "total" : row.muted ? "muted" : "");
      row.cells.forEach((cell, place) => {
        const made = element(place === 0 ? "th" : "td", `${data.columns[place].align} ${cell.tone || ""}`);
        if (cell.title) made.title = cell.title;
        if (cell.bar !== undefined && cell.bar !== null) {
          made.classList.add("barred");
          const bar = element("span", "bar");
          bar.style.width = `${Math.max(0, Math.min(1, cell.bar)) * 100}%`;
          made.append(bar);
        }
        if (cell.icon) {
          const icon = element("img", "icon");
          icon.src = data.pictures[cell.icon.kind];
          icon.alt = icon.title = cell.icon.title;
          made.append(icon);
        }
        if (place === 0 && row.id && data.clickable) {
          const link = element("button", "row", cell.text);
          link.onclick = () => setTriggerValue("row", row.id);
          made.append(link);
        } else if (cell.counts) {
          const link = element("button", "row", cell.text);
          link.onclick = () => setTriggerValue("cell", { row: row.id, counts: cell.counts });
          made.append(link);
        } else made.append(element("span", "text", cell.text));
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
    host.replaceChildren(table);
  };
  draw();
}
