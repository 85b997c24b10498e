// Copies the link, prints the page, switches between light and dark on every page of this address, and gives every chart
// the menu of what can be taken away of it.
export default function ({ data, parentElement }) {
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
    for (const [name, value] of Object.entries({ ...data.pins, ...more }))
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
    button(data.copy, copying(data.copy, {})),
    button(data.freeze, copying(data.freeze, data.frozen)),
    button(data.print, print),
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
      await act(name, chart, window.cchcCharts);
      if (name === "copy") made.textContent = words.copied;
      else if (name === "full") made.parentElement.hidden = true;
      else open(made.closest(".chart-menu"), false);
    } catch (error) {
      made.textContent = words.failed;
      console.warn(error);
    }
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
          const made = button(window.cchcCharts.words[name], () => taken(name, chart, made));
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
    chart.append(holder);
  };
  window.cchcCharts = data.charts;
  const all = () => document.querySelectorAll('[data-testid="stPlotlyChart"]:not(:has(> .chart-menu))').forEach(dress);
  window.cchcWatch?.disconnect();
  window.cchcWatch = new MutationObserver(all);
  window.cchcWatch.observe(document.body, { childList: true, subtree: true });
  all();
}
