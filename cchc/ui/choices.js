// Lists of check boxes, one fold a dimension, searched without diacritics; every tick narrows at once.
export default function ({ data, parentElement, setTriggerValue }) {
  const host = parentElement.querySelector(".host");
  host.send = setTriggerValue;
  const state = () => JSON.stringify([data.groups, data.texts]);
  // A tick comes back from the server as new data: what it says is already on the screen.
  if (host.drawn === state()) return;
  const open = new Set([...host.querySelectorAll("details[open]")].map((each) => each.dataset.name));

  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const fold = (text) =>
    text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "").trim().replace(/\s+/g, " ");

  const fieldset = (group) => {
    const details = element("details");
    details.dataset.name = group.name;
    details.open = open.has(group.name);
    const summary = element("summary");
    const said = element("span", "said");
    summary.append(element("span", "label", group.label), said);
    const say = () => {
      const names = group.options.filter((each) => group.chosen.includes(each.id)).map((each) => each.label);
      said.textContent = names.length === 0 ? group.empty : names.length === 1 ? names[0] : String(names.length);
      details.classList.toggle("active", names.length > 0);
    };
    const tick = (chosen) => {
      group.chosen = [...chosen].sort();
      host.drawn = state();
      say();
      host.send("choice", { group: group.name, ids: group.chosen });
    };
    details.append(summary);
    const list = element("div", "list");
    const rows = group.options.map((option) => {
      const row = element("label");
      const box = element("input");
      box.type = "checkbox";
      box.checked = group.chosen.includes(option.id);
      box.onchange = () => {
        const chosen = new Set(group.chosen);
        if (box.checked) chosen.add(option.id);
        else chosen.delete(option.id);
        tick(chosen);
      };
      row.append(box, element("span", "", option.label));
      list.append(row);
      return { row, box, words: fold(option.label) };
    });
    if (group.options.length > 8) {
      const search = element("input", "search");
      search.type = "search";
      search.placeholder = data.texts.search;
      search.setAttribute("aria-label", `${data.texts.search}: ${group.label}`);
      const nothing = element("p", "nothing", data.texts.nothing);
      nothing.hidden = true;
      search.oninput = () => {
        const wanted = fold(search.value);
        for (const { row, words } of rows) row.hidden = !words.includes(wanted);
        nothing.hidden = rows.some(({ row }) => !row.hidden);
      };
      details.append(search, nothing);
    }
    const clear = element("button", "clear", data.texts.clear);
    clear.onclick = () => {
      for (const { box } of rows) box.checked = false;
      tick([]);
    };
    details.append(list, clear);
    say();
    return details;
  };
  host.replaceChildren(...data.groups.map(fieldset));
  host.drawn = state();
}
