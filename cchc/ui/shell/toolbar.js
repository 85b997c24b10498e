// Copies the link, prints the page, switches between light and dark on every page of this address, gives every chart
// the menu of what can be taken away of it, and says Streamlit's own names in the reader's language.

// What only a screen reader says, or says for a sign: in English as Streamlit has it (or by where it stands), in Vietnamese.
const NAMES = {
  Sidebar: "Thanh bên", "Collapse sidebar": "Thu gọn thanh bên", "Expand sidebar": "Mở thanh bên",
  Open: "Mở danh sách", "Clear value": "Bỏ lựa chọn", "Clear all": "Bỏ mọi lựa chọn", Close: "Đóng", "Help": "Giải thích",
  "Choose date": "Chọn ngày", "Choose date range": "Chọn khoảng ngày", "Clear date": "Bỏ ngày", "Clear dates": "Bỏ các ngày",
  "Quick select a date range": "Chọn nhanh một khoảng ngày", "Previous month": "Tháng trước", "Next month": "Tháng sau",
  Previous: "Trước", Next: "Sau", "Select month": "Chọn tháng", "Select year": "Chọn năm",
  "file upload": "Chọn tệp", "Add files": "Thêm tệp", Pagination: "Các trang", "Previous page": "Trang trước", "Next page": "Trang sau",
  "Add row": "Thêm hàng", "Delete row(s)": "Xóa hàng", Search: "Tìm", Fullscreen: "Toàn màn hình", "Close fullscreen": "Thoát toàn màn hình",
  "Show/hide columns": "Hiện, ẩn cột", "Download as CSV": "Tải CSV", "Show password text": "Hiện mật khẩu", "Hide password text": "Ẩn mật khẩu",
  "Main menu": "Trình đơn", "App pages": "Các trang", "Selected values": "Các giá trị đã chọn", "Choose an option": "Chọn",
  "Choose options": "Chọn", "No results": "Không tìm thấy",
};
const BEGINNINGS = {
  "Page ": "Trang ", "day, ": "ngày, ", "month, ": "tháng, ", "year, ": "năm, ", "Help for ": "Giải thích: ", "Remove ": "Bỏ ",
  "Delete ": "Xóa ", "Upload ": "Chọn tệp: ", "Clear ": "Bỏ ",
};
const SIGNS = {
  ".st-key-earlier button": { en: "Previous period", vi: "Kỳ trước" },
  ".st-key-later button": { en: "Next period", vi: "Kỳ sau" },
  "[data-testid=stFileUploaderDropzone] button": { en: "Choose files", vi: "Chọn tệp" },
};
// The width left of a sheet of A4 between margins of 12 mm, in pixels, the height left of it below what the page says
// first, and how many columns find room across the narrow one.
const UPRIGHT = [Math.floor((186 / 25.4) * 96), 600], ACROSS = [Math.floor((273 / 25.4) * 96), 400], COLUMNS = 12;
// On paper nobody can point at a tile: its name may be smaller than on the screen.
const LETTERS = 5;
const PHONE = 768;
const SKIP = { en: "Skip to main content", vi: "Tới nội dung chính" };

// The points of a trace with their hover texts, which stand last; those of a heat map lie in rows.
const pointed = ({ type, customdata, visible }, curveNumber) => {
  if (visible === false) return [];
  const point = (entry, where) => ({ text: String(Array.isArray(entry) ? entry.at(-1) : entry), where });
  return [...(customdata ?? [])].flatMap((entry, pointNumber) =>
    type === "heatmap"
      ? entry.map((inner, xval) => point(inner, { xval, yval: pointNumber }))
      : [point(entry, [{ curveNumber, pointNumber }])],
  );
};
const spoken = (said, language) => {
  const turned = (pairs) => (language === "vi" ? pairs : pairs.map(([en, vi]) => [vi, en]));
  const own = turned(Object.entries(NAMES)).find(([name]) => name === said);
  const begun = turned(Object.entries(BEGINNINGS)).find(([start]) => said.startsWith(start));
  return own ? own[1] : begun ? begun[1] + said.slice(begun[0].length) : said;
};
const name = (language) => {
  const put = (element, said) => element.ariaLabel === said || (element.ariaLabel = said);
  for (const [place, said] of Object.entries(SIGNS)) document.querySelectorAll(place).forEach((each) => put(each, said[language]));
  document.querySelectorAll("[aria-label]").forEach((each) => put(each, spoken(each.ariaLabel, language)));
  document.querySelectorAll("[placeholder]").forEach((each) => {
    const said = spoken(each.placeholder, language);
    if (said !== each.placeholder) each.placeholder = said;
  });
  // A list in which nothing is like what was typed.
  document.querySelectorAll("[role=listbox][data-empty] span").forEach((each) => {
    const said = spoken(each.textContent, language);
    if (said !== each.textContent) each.textContent = said;
  });
  document.querySelectorAll("[data-testid=stFileUploaderDropzone][role=presentation]").forEach((each) => (each.role = "group"));
  const skip = document.querySelector("[data-testid=stSkipToContent]");
  if (skip && skip.textContent !== SKIP[language]) skip.textContent = SKIP[language];
};

// Whoever had to sign in first wanted another page than the first one, which is where the provider sends them.
const goOn = () => {
  const asked = sessionStorage.getItem("cchc-asked");
  sessionStorage.removeItem("cchc-asked");
  if (asked && !window.location.search && window.location.pathname.endsWith("/")) window.location.replace(window.location.origin + asked);
};

// What is shown now: the menu and these buttons stay as they are when another period or other filters are chosen.
// It is asked for at every change of the page, and read once.
let [text, told] = ["", {}];
const shown = () => {
  const now = document.querySelector(".shown")?.dataset.shown ?? "{}";
  if (now !== text) [text, told] = [now, JSON.parse(now)];
  return told;
};
let followed;
const follow = () => {
  const now = shown(), { query, counted } = now;
  if (!query || now === followed) return;
  followed = now;
  for (const link of document.querySelectorAll(".menu a[data-follows]")) {
    const [slug] = link.getAttribute("href").split("?");
    link.setAttribute("href", `${slug}?${new URLSearchParams([...new URLSearchParams(query), ...(counted[slug] ?? [])])}`);
  }
};

// A link to a page is answered as a step back or forth is: Streamlit asks for that page, and nothing is loaded anew.
const lead = (slugs) => (event) => {
  const link = event.composedPath().find((each) => each.tagName === "A" && each.href);
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const to = new URL(link.href);
  const [folder, slug] = [to.pathname.replace(/[^/]*$/, ""), to.pathname.split("/").at(-1)];
  if (to.origin !== location.origin || folder !== location.pathname.replace(/[^/]*$/, "") || to.hash || !slugs.includes(slug)) return;
  event.preventDefault();
  history.pushState({}, "", to);
  dispatchEvent(new PopStateEvent("popstate"));
  document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0);
  // On a telephone the menu covers the page that was asked for.
  if (innerWidth <= PHONE && link.closest(".menu")) document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
};

// Every colour of the dark stands for one of the light. On paper each takes the other's place, in what we draw, in what
// Streamlit draws and in charts, so that letters stay letters; what it gives back makes it dark again.
const INKS = ["color", "background-color", "fill", "stroke", ...["top", "right", "bottom", "left"].map((side) => `border-${side}-color`)];
const channels = (colour) =>
  colour.startsWith("#") ? colour.match(/\w\w/g).slice(0, 3).map((two) => parseInt(two, 16)) : colour.match(/[\d.]+/g)?.map(Number) ?? [];
const whitened = ({ light, palettes }) => {
  const stands = new Map(Object.entries(light).map(([dark, bright]) => [channels(dark).join(), channels(bright)]));
  const wanted = [];
  const walk = (element) => {
    const style = getComputedStyle(element);
    for (const name of INKS) {
      const [red, green, blue, seen = 1] = channels(style.getPropertyValue(name));
      const bright = stands.get([red, green, blue].join());
      if (bright) wanted.push([element, name, `rgba(${bright.join()}, ${seen})`]);
    }
    for (const child of [...element.children, ...(element.shadowRoot?.children ?? [])]) walk(child);
  };
  walk(document.querySelector("[data-testid=stApp]"));
  for (const [name, colour] of Object.entries(palettes.light)) wanted.push([document.documentElement, `--${name.replaceAll("_", "-")}`, colour]);
  const undo = wanted.map(([{ style }, name, colour]) => {
    const [was, how] = [style.getPropertyValue(name), style.getPropertyPriority(name)];
    style.setProperty(name, colour, "important");
    return () => style.setProperty(name, was, how);
  });
  return () => undo.forEach((each) => each());
};

export default function ({ data, parentElement }) {
  goOn();
  const host = parentElement.querySelector(".host");
  document.documentElement.lang = data.language;
  const button = (label, act) => {
    const made = document.createElement("button");
    made.textContent = label;
    made.onclick = () => act(made);
    return made;
  };
  // A link says which area, page and period it is about, also where the address does not: they would be others tomorrow.
  const pinned = (more) => {
    const link = new URL(window.location.href);
    if (link.pathname.endsWith("/")) link.pathname += data.page;
    for (const [name, value] of Object.entries({ ...shown().pins, ...more }))
      if (!link.searchParams.has(name)) link.searchParams.set(name, value);
    return link.href;
  };
  const copying = (said, more) => async (made) => {
    const link = pinned(more);
    try {
      await navigator.clipboard.writeText(link);
      made.textContent = data.copied;
      setTimeout(() => { made.textContent = said; }, 2000);
    } catch {
      // Without https a browser may refuse the clipboard: show the link to copy by hand.
      window.prompt(said, link);
    }
  };
  // Charts are drawn for the screen, and redrawn for the sheet before any print, whoever asks for it.
  const fit = (sheet) => {
    for (const chart of document.querySelectorAll(".js-plotly-plot")) {
      const { width, height, uniformtext } = chart._fullLayout ?? {};
      if (!width) continue;
      if (sheet) chart.screen = { width, height, "uniformtext.minsize": uniformtext.minsize };
      const [wide, tall] = sheet ?? [];
      const wanted = sheet
        ? { width: Math.min(wide, width), height: Math.min(tall, height), "uniformtext.minsize": Math.min(LETTERS, uniformtext.minsize) }
        : chart.screen;
      if (wanted && (wanted.width !== width || wanted.height !== height)) window.Plotly.relayout(chart, wanted);
    }
  };
  const turned = document.createElement("style");
  turned.textContent = "@page { size: A4 landscape; }";
  let darkened = () => {};
  const before = () => {
    const roots = [document, ...[...document.querySelectorAll("*")].map((each) => each.shadowRoot).filter(Boolean)];
    const rows = roots.flatMap((root) => [...root.querySelectorAll("tr")]).filter((row) => row.checkVisibility());
    const broad = rows.some((row) => row.cells.length > COLUMNS);
    if (broad) document.body.append(turned);
    fit(broad ? ACROSS : UPRIGHT);
    if (data.theme === "dark") darkened = whitened(data.charts);
  };
  const after = () => {
    darkened();
    darkened = () => {};
    turned.remove();
    fit();
  };
  window.cchcListening?.abort();
  window.cchcListening = new AbortController();
  const { signal } = window.cchcListening;
  addEventListener("beforeprint", before, { signal });
  addEventListener("afterprint", after, { signal });
  addEventListener("click", lead(data.slugs), { signal });
  const turn = () => {
    const next = data.theme === "dark" ? "Light" : "Dark";
    const root = window.location.pathname.replace(/[^/]*$/, "");
    for (const slug of ["", ...data.slugs]) localStorage.setItem(`stActiveTheme-${root}${slug}-v2`, JSON.stringify(next));
    window.location.reload();
  };
  // Which page this browser begins with stays in this browser: a cookie for this address alone.
  const { cookie, keep, forget } = data;
  const start = () => `${cookie}=${encodeURIComponent(shown().start)}`;
  const kept = () => document.cookie.split("; ").includes(start());
  const begin = (made) => {
    const age = kept() ? 0 : 365 * 24 * 3600;
    const path = window.location.pathname.replace(/[^/]*$/, "");
    document.cookie = `${start()}; path=${path}; max-age=${age}; SameSite=Strict`;
    made.textContent = kept() ? forget : keep;
  };
  // What is read on the page, as one file; what makes it is fetched when it is asked for.
  const keeping = async (made) => {
    try {
      const { keep } = await import(new URL("keep.js", window.location.href).href);
      await keep({ ...data.charts, shown: shown().described, link: pinned(data.frozen) });
    } catch (error) {
      made.textContent = data.charts.words.failed;
      console.warn(error);
    }
  };
  const walled = (chart) => async (made) => {
    try {
      const { present } = await import(new URL("wall.js", window.location.href).href);
      present({ ...data.charts, shown: shown().described }, chart);
    } catch (error) {
      made.textContent = data.charts.words.failed;
      console.warn(error);
    }
  };
  const beginning = button("", begin);
  host.replaceChildren(
    button(data.copy, copying(data.copy, {})),
    button(data.freeze, copying(data.freeze, data.frozen)),
    beginning,
    button(data.print, () => window.print()),
    button(data.charts.words.present, walled()),
    button(data.charts.words.page, keeping),
    button(data.turn, turn),
  );

  const words = data.charts.words;
  const open = (holder, shown) => {
    const [toggle, menu] = holder.children;
    menu.hidden = !shown;
    toggle.ariaExpanded = String(shown);
    (shown ? menu.firstChild : toggle).focus();
  };
  const taken = async (name, chart, made) => {
    try {
      // Fetched with the first picture: a page nobody takes anything from is no larger for it.
      const { act } = await import(new URL("picture.js", window.location.href).href);
      await act(name, chart, { ...window.cchcCharts, shown: shown().described });
      if (name === "copy") made.textContent = words.copied;
      else if (name === "full") made.parentElement.hidden = true;
      else open(made.closest(".chart-menu"), false);
    } catch (error) {
      made.textContent = words.failed;
      console.warn(error);
    }
  };
  // A point asked for right after another is shown by Plotly within 50 ms.
  const HOVERED = 60;
  // What a click on the point that is shown does.
  const press = (plot) => {
    const [{ bbox }] = plot._hoverdata, { left, top } = plot.getBoundingClientRect();
    const place = { bubbles: true, clientX: left + (bbox.x0 + bbox.x1) / 2, clientY: top + (bbox.y0 + bbox.y1) / 2 };
    plot.querySelector(".nsewdrag").dispatchEvent(new MouseEvent("mousedown", { ...place, buttons: 1 }));
    document.querySelector(".dragcover")?.dispatchEvent(new MouseEvent("mouseup", place));
  };
  // With the arrow keys, Home and End a reader goes through the points of a chart that say something; each is shown and
  // said, and Enter does with it what a click does.
  const walk = (chart, said) => {
    chart.tabIndex = 0;
    chart.ariaDescription = words.keys;
    let at = -1;
    chart.onkeydown = (event) => {
      const plot = chart.querySelector(".js-plotly-plot");
      const points = plot.data.flatMap(pointed).filter(({ text }) => text);
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const to = step ? (Math.max(at, step < 0 ? 0 : -1) + step + points.length) % points.length : { Home: 0, End: points.length - 1 }[event.key];
      if (event.target !== chart || !points.length || (to === undefined && (event.key !== "Enter" || at < 0))) return;
      event.preventDefault();
      if (to === undefined) return void setTimeout(() => press(plot), HOVERED);
      at = to;
      const { text, where } = points[at];
      window.Plotly.Fx.hover(plot, where);
      said.textContent = new DOMParser().parseFromString(text.replace(/<br>/g, " "), "text/html").body.textContent;
    };
    chart.onblur = () => {
      at = -1;
      const plot = chart.querySelector(".js-plotly-plot");
      if (plot) window.Plotly.Fx.unhover(plot);
    };
  };
  const dress = (chart) => {
    const holder = document.createElement("div");
    holder.className = "chart-menu";
    const toggle = document.createElement("button");
    const menu = document.createElement("div");
    holder.append(toggle, menu);
    toggle.textContent = "⋯";
    toggle.title = toggle.ariaLabel = words.menu;
    toggle.ariaHasPopup = "menu";
    menu.setAttribute("role", "menu");
    menu.hidden = true;
    toggle.onclick = () => {
      const fresh = data.charts.acts.filter((name) => name !== "copy" || (navigator.clipboard?.write && window.ClipboardItem));
      menu.replaceChildren(
        ...fresh.map((name) => {
          const act = name === "wall" ? walled(chart) : () => taken(name, chart, made);
          const made = button(window.cchcCharts.words[name], () => act(made));
          made.setAttribute("role", "menuitem");
          return made;
        }),
      );
      open(holder, menu.hidden);
    };
    holder.onkeydown = (event) => {
      const items = [...menu.children];
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape" && !menu.hidden) open(holder, false);
      else if (step && !menu.hidden) items.at((items.indexOf(document.activeElement) + step) % items.length).focus();
      else return;
      event.preventDefault();
    };
    holder.onfocusout = (event) => { if (!holder.contains(event.relatedTarget)) menu.hidden = true; };
    const said = document.createElement("div");
    said.className = "chart-said";
    said.ariaLive = "polite";
    chart.append(holder, said);
    walk(chart, said);
  };
  window.cchcCharts = data.charts;
  import(new URL("guiding.js", window.location.href).href).then(({ guide, tour }) => {
    guide(data);
    tour(data);
  }, console.warn);  // a page without help is still one
  const all = () => {
    document.querySelectorAll('[data-testid="stPlotlyChart"]:not(:has(> .chart-menu))').forEach(dress);
    name(data.language);
    follow();
    const said = kept() ? forget : keep;
    if (beginning.textContent !== said) beginning.textContent = said;
  };
  window.cchcWatch?.disconnect();
  window.cchcWatch = new MutationObserver(all);
  window.cchcWatch.observe(document.body, { childList: true, subtree: true, attributeFilter: ["aria-label", "placeholder"] });
  all();
}
