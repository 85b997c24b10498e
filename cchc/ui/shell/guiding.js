// Help beside the page: the guide's chapter about it, and once, at the first visit, a walk past what one needs to know.
const WORDS = {
  vi: { guide: "Hướng dẫn", close: "Đóng", tour: "Giới thiệu", next: "Tiếp", back: "Trước", end: "Bỏ qua", done: "Xong" },
  en: { guide: "Guide", close: "Close", tour: "Introduction", next: "Next", back: "Back", end: "Skip", done: "Done" },
};
const STEPS = [
  { at: "[data-testid=stMain] h1", vi: "Câu lớn nhất của mỗi trang là câu trả lời. Câu hỏi là dòng nhỏ phía trên; dòng xám phía dưới ghi khu vực, kỳ và ngày chốt số liệu.", en: "The largest words of every page are the answer. The question is the small line above; the grey line below says area, period and data date." },
  { at: ".st-key-filter-bar", vi: "Chọn kỳ, đơn vị, lĩnh vực, hình thức nộp ở hàng này. Lựa chọn đi theo sang mọi trang.", en: "Choose period, units, fields and channels in this row. What you choose goes along to every page." },
  { at: "[data-testid=stMain] .card, [data-testid=stMain] [data-testid=stPlotlyChart]", vi: "Bấm vào một con số, một cột hay một dòng để đi tiếp: đến xu hướng, đến đơn vị, đến đúng những hồ sơ làm nên con số.", en: "Click a figure, a bar or a row to go on: to its trend, to a unit, to exactly the dossiers it counts." },
  { at: "[data-testid=stSidebar] .menu [aria-current]", vi: "Mỗi trang trong danh mục trả lời một câu hỏi. Mọi mô hình hằng tuần đều ở đây, kèm nơi thực hiện.", en: "Each page of the menu answers one question. Every weekly model is here, with where it runs." },
  { at: "[data-testid=stSidebar] .st-key-toolbar", vi: "Gửi màn hình này bằng liên kết, in, lưu thành một tệp, hoặc chọn làm trang mở đầu. Nút ⋯ trên mỗi biểu đồ lấy ảnh và số liệu.", en: "Send this screen as a link, print it, save it as one file, or begin with it. The ⋯ on every chart gives its picture and data." },
  { at: ".guide-open", vi: "Cần giải thích thì bấm Hướng dẫn: chương về đúng trang đang xem mở ra bên cạnh.", en: "For help press Guide: the chapter about the page you look at opens beside it." },
];
const SEEN = "cchc-toured";

const make = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });
const press = (label, act) => Object.assign(make("button", "", label), { type: "button", onclick: act });
const dialog = (className, label) => {
  document.querySelector(`dialog.${className}`)?.remove();
  const made = document.body.appendChild(make("dialog", className));
  made.ariaLabel = label;
  made.onkeydown = (event) => event.key === "Escape" && made.close();
  return made;
};

// Drawn anew with every page; where the guide is open it turns to the chapter of the new page.
export const guide = ({ page, language }) => {
  const words = WORDS[language];
  const was = document.querySelector("dialog.guide")?.open;
  document.querySelector(".guide-open")?.remove();
  const head = document.querySelector("[data-testid=stHeader]") ?? document.body;
  const opener = head.appendChild(press(words.guide, () => (drawer.open ? drawer.close() : open())));
  opener.className = "guide-open";
  const drawer = dialog("guide", words.guide);
  drawer.onclose = () => opener.focus();
  const open = async () => {
    const answer = await fetch(new URL(`guide/${page}?lang=${language}`, window.location.href));
    const chapter = make("section", "");
    chapter.append(...new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main").childNodes);
    const close = press("×", () => drawer.close());
    close.title = close.ariaLabel = words.close;
    chapter.tabIndex = 0;  // so that it can be scrolled with the keyboard
    drawer.replaceChildren(close, chapter);
    if (!drawer.open) drawer.show();
  };
  if (was) open();
};

// Once and never again, whatever becomes of it; nothing is covered that the page needs. Not on the wall.
export const tour = ({ language }) => {
  if (document.cookie.split("; ").some((each) => each.startsWith(`${SEEN}=`)) || window.cchcTour) return;
  if (new URLSearchParams(window.location.search).has("screen")) return;
  window.cchcTour = setInterval(() => {
    if (!document.querySelector("[data-testid=stApp][data-test-script-state=notRunning] h1")) return;
    clearInterval(window.cchcTour);
    document.cookie = `${SEEN}=1; path=${window.location.pathname.replace(/[^/]*$/, "")}; max-age=${10 * 365 * 24 * 3600}; SameSite=Strict`;
    walk(WORDS[language], language);
  }, 300);
};

const walk = (words, language) => {
  const ring = document.body.appendChild(make("div", "tour-ring"));
  const card = dialog("tour", words.tour);
  let step = 0;
  const target = () => {
    const wanted = document.querySelector(STEPS[step].at);
    const seen = wanted?.checkVisibility() && wanted.getBoundingClientRect().right > 0;
    // On a phone the menu is behind its button.
    return seen ? wanted : document.querySelector("[data-testid=stExpandSidebarButton]");
  };
  const place = () => {
    const box = target()?.getBoundingClientRect();
    ring.hidden = !box?.width;
    if (box) Object.assign(ring.style, { left: `${box.left - 4}px`, top: `${box.top - 4}px`, width: `${box.width + 8}px`, height: `${box.height + 8}px` });
  };
  const show = () => {
    const last = step === STEPS.length - 1;
    const count = make("small", "", `${step + 1}/${STEPS.length}`);
    const text = make("p", "", STEPS[step][language]);
    text.ariaLive = "polite";
    const row = make("div", "");
    const next = press(last ? words.done : words.next, () => (last ? card.close() : go(1)));
    if (!last) row.append(press(words.end, () => card.close()));
    if (step) row.append(press(words.back, () => go(-1)));
    row.append(next);
    card.replaceChildren(count, text, row);
    target()?.scrollIntoView({ block: "nearest" });
    place();
    next.focus({ preventScroll: true });
  };
  const go = (by) => {
    step += by;
    show();
  };
  const following = new AbortController();
  // Wherever the focus is by then.
  addEventListener("keydown", (event) => event.key === "Escape" && card.close(), { signal: following.signal });
  for (const name of ["scroll", "resize"]) addEventListener(name, place, { capture: true, signal: following.signal });
  card.onclose = () => {
    following.abort();
    ring.remove();
    card.remove();
  };
  card.show();
  show();
};
