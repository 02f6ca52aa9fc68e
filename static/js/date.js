// Dates: a text field that takes 2014-06-04, 2014.6.4, 20140604 and 2014年6月4日 and prints the first; beside it a small
// calendar for mouse and keyboard. The server reads the same forms, so the field works without this script.
(() => {
  const pad = (number) => String(number).padStart(2, "0");
  const iso = (day) => `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`;
  const WEEK = ["一", "二", "三", "四", "五", "六", "日"];

  /** A local Date, or null when the words are no day of the calendar. */
  function parse(words) {
    const text = words.trim().replace(/[０-９]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
    const found = /^(\d{4})\s*[-－./／年]\s*(\d{1,2})\s*[-－./／月]\s*(\d{1,2})\s*日?$/.exec(text) || /^(\d{4})(\d{2})(\d{2})$/.exec(text);
    if (!found) return null;
    const [year, month, date] = found.slice(1).map(Number);
    const day = new Date(year, month - 1, date);
    return day.getFullYear() === year && day.getMonth() === month - 1 && day.getDate() === date ? day : null;
  }
  const today = () => parse(document.documentElement.dataset.today || "") || new Date();
  const limits = (field) => [parse(field.dataset.min || ""), parse(field.dataset.max || "")];
  const allowed = (field, day) => { const [min, max] = limits(field); return !(min && day < min) && !(max && day > max); };

  function normalise(field) {
    const day = parse(field.value);
    if (day && field.value !== iso(day)) {
      field.value = iso(day);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  // ---------- the calendar: one at a time ----------
  let open = null;
  function close(focus) {
    if (!open) return;
    const { box, field, button } = open;
    open = null;
    box.remove();
    button.setAttribute("aria-expanded", "false");
    if (focus) (focus === "field" ? field : button).focus();
  }
  function element(tag, cls, text) {
    const node = document.createElement(tag);
    if (cls) node.className = cls;
    if (text) node.textContent = text;
    if (tag === "button") node.type = "button";
    return node;
  }
  function pick(day) {
    const { field } = open;
    field.value = iso(day);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    close("field");
  }
  function draw(focusDay) {
    const { box, field } = open;
    const shown = open.shown;
    const chosen = parse(field.value);
    box.querySelector(".p-cal-title").textContent = `${shown.getFullYear()} 年 ${shown.getMonth() + 1} 月`;
    const first = new Date(shown.getFullYear(), shown.getMonth(), 1);
    const start = new Date(first.getFullYear(), first.getMonth(), 1 - ((first.getDay() + 6) % 7));
    const body = box.querySelector("tbody");
    body.replaceChildren();
    const goal = focusDay || (chosen && chosen.getMonth() === shown.getMonth() && chosen.getFullYear() === shown.getFullYear() ? chosen : first);
    for (let week = 0; week < 6; week += 1) {
      const row = element("tr");
      for (let weekday = 0; weekday < 7; weekday += 1) {
        const day = new Date(start.getFullYear(), start.getMonth(), start.getDate() + week * 7 + weekday);
        const cell = element("td");
        const button = element("button", "p-cal-day", String(day.getDate()));
        button.dataset.day = iso(day);
        button.tabIndex = iso(day) === iso(goal) ? 0 : -1;
        button.setAttribute("aria-label", `${day.getFullYear()}年${day.getMonth() + 1}月${day.getDate()}日`);
        if (day.getMonth() !== shown.getMonth()) button.classList.add("is-other");
        if (iso(day) === iso(today())) button.setAttribute("aria-current", "date");
        if (chosen && iso(day) === iso(chosen)) button.setAttribute("aria-pressed", "true");
        if (!allowed(field, day)) { button.setAttribute("aria-disabled", "true"); button.classList.add("is-off"); }
        cell.append(button);
        row.append(cell);
      }
      body.append(row);
      if (week === 4 && body.lastElementChild.lastElementChild.firstElementChild.classList.contains("is-other")) break;
    }
    if (focusDay) { const button = box.querySelector(`[data-day="${iso(focusDay)}"]`); if (button) button.focus(); }
  }
  function turn(months, focusDay) {
    open.shown = new Date(open.shown.getFullYear(), open.shown.getMonth() + months, 1);
    draw(focusDay);
  }
  function move(day, change) {
    const next = new Date(day.getFullYear(), day.getMonth() + (change.months || 0), day.getDate() + (change.days || 0));
    // 31 March less one month is the last of February, not 3 March.
    if (change.months && next.getDate() !== day.getDate()) next.setDate(0);
    open.shown = new Date(next.getFullYear(), next.getMonth(), 1);
    draw(next);
  }
  function keys(event) {
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close("button"); return; }
    if (event.key === "Tab") {
      const stops = [...event.currentTarget.querySelectorAll("button")].filter((button) => button.tabIndex === 0);
      const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
      if (document.activeElement === edge) { event.preventDefault(); (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus(); }
      return;
    }
    const at = event.target.dataset.day;
    if (!at) return;
    const day = parse(at);
    const weekday = (day.getDay() + 6) % 7;
    const change = {
      ArrowLeft: { days: -1 }, ArrowRight: { days: 1 }, ArrowUp: { days: -7 }, ArrowDown: { days: 7 },
      PageUp: { months: event.shiftKey ? -12 : -1 }, PageDown: { months: event.shiftKey ? 12 : 1 },
      Home: { days: -weekday }, End: { days: 6 - weekday },
    }[event.key];
    if (change) { event.preventDefault(); move(day, change); }
  }
  function show(field, button) {
    const box = element("div", "p-cal");
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", "选择日期");
    const head = element("div", "p-cal-head");
    const step = (label, sign, months) => { const b = element("button", "p-cal-step", sign); b.setAttribute("aria-label", label); b.addEventListener("click", () => turn(months)); return b; };
    const title = element("strong", "p-cal-title");
    title.setAttribute("aria-live", "polite");
    head.append(step("上一年", "«", -12), step("上个月", "‹", -1), title, step("下个月", "›", 1), step("下一年", "»", 12));
    const table = element("table");
    const names = element("tr");
    WEEK.forEach((name) => { const cell = element("th", "", name); cell.scope = "col"; cell.abbr = `星期${name}`; names.append(cell); });
    table.append(element("thead"), element("tbody"));
    table.tHead.append(names);
    const foot = element("div", "p-cal-foot");
    const now = element("button", "btn btn-quiet", "今天");
    now.addEventListener("click", () => { if (allowed(field, today())) pick(today()); });
    const none = element("button", "btn btn-quiet", "清空");
    none.addEventListener("click", () => { field.value = ""; field.dispatchEvent(new Event("change", { bubbles: true })); close("field"); });
    foot.append(now, none);
    box.append(head, table, foot);
    box.addEventListener("keydown", keys);
    box.addEventListener("click", (event) => {
      const day = event.target.closest("[data-day]");
      if (day && day.getAttribute("aria-disabled") !== "true") pick(parse(day.dataset.day));
    });
    const chosen = parse(field.value) || today();
    open = { box, field, button, shown: new Date(chosen.getFullYear(), chosen.getMonth(), 1) };
    field.parentElement.append(box);
    // Near the right or lower edge it opens the other way.
    const place = field.getBoundingClientRect();
    box.classList.toggle("is-end", place.left + 290 > document.documentElement.clientWidth);
    box.classList.toggle("is-up", place.bottom + 340 > window.innerHeight && place.top > 340);
    button.setAttribute("aria-expanded", "true");
    draw(chosen);
  }

  function setUp(root = document) {
    root.querySelectorAll(".p-date .form-control").forEach((field) => {
      if (field.dataset.ready || field.disabled || field.readOnly) return;
      field.dataset.ready = "1";
      const button = element("button", "p-date-open");
      button.setAttribute("aria-label", "选择日期");
      button.setAttribute("aria-haspopup", "dialog");
      button.setAttribute("aria-expanded", "false");
      const icon = field.parentElement.querySelector(".ic");
      if (icon) button.append(icon);
      field.after(button);
      button.addEventListener("click", (event) => { event.preventDefault(); const was = open && open.button === button; close(); if (!was) show(field, button); });
      field.addEventListener("blur", () => normalise(field));
      field.addEventListener("keydown", (event) => {
        if (event.key === "Enter") normalise(field);
        if (event.key === "ArrowDown" && !open) { event.preventDefault(); show(field, button); }
      });
    });
  }
  document.addEventListener("pointerdown", (event) => { if (open && !open.box.contains(event.target) && !open.button.contains(event.target)) close(); });
  setUp();
  document.addEventListener("htmx:afterSwap", () => { if (open && !open.box.isConnected) open = null; setUp(); });
  document.addEventListener("portal:added", (event) => setUp(event.target));
  window.Portal = Object.assign(window.Portal || {}, { parseDate: (words) => { const day = parse(words); return day && iso(day); } });
})();
