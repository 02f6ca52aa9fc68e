// Lists: ticking rows and the bulk bar, a row that opens its record, columns to show. The filters are plain links and forms.
(() => {
  // ---------- ticking. [data-list] holds table and bar; the bar's form takes the ticks through form="…" ----------
  function update(list) {
    const picks = [...list.querySelectorAll("[data-pick]")];
    const picked = picks.filter((box) => box.checked);
    const bar = list.querySelector("[data-bulk]");
    const every = list.querySelector("[data-pick-all]");
    picks.forEach((box) => box.closest("tr").classList.toggle("is-picked", box.checked));
    if (every) { every.checked = picks.length > 0 && picked.length === picks.length; every.indeterminate = picked.length > 0 && !every.checked; }
    if (!bar) return;
    const scope = bar.querySelector("[data-bulk-scope]");
    const takeAll = bar.querySelector("[data-bulk-all]");
    const all = scope && scope.value === "all" && picked.length === picks.length && picked.length > 0;
    if (scope && !all) scope.value = "picked";
    const number = all ? Number(takeAll.dataset.bulkAll) : picked.length;
    bar.hidden = picked.length === 0;
    bar.querySelectorAll("[data-confirm-number]").forEach((node) => { node.dataset.confirm = node.dataset.confirmNumber.replace("{n}", number.toLocaleString("en-US")); });
    bar.querySelectorAll("[data-bulk-count]").forEach((node) => { node.textContent = number.toLocaleString("en-US"); });
    if (takeAll) takeAll.hidden = all || picked.length < picks.length || Number(takeAll.dataset.bulkAll) <= picks.length;
  }
  document.addEventListener("change", (event) => {
    const list = event.target.closest("[data-list]");
    if (!list) return;
    if (event.target.matches("[data-pick-all]")) list.querySelectorAll("[data-pick]").forEach((box) => { box.checked = event.target.checked; });
    if (event.target.matches("[data-pick], [data-pick-all]")) update(list);
  });
  let last = null;
  document.addEventListener("click", (event) => {
    const list = event.target.closest("[data-list]");
    if (!list) return;
    if (event.target.closest("[data-bulk-all]")) { list.querySelector("[data-bulk-scope]").value = "all"; update(list); return; }
    if (event.target.closest("[data-bulk-none]")) { list.querySelectorAll("[data-pick]").forEach((box) => { box.checked = false; }); update(list); return; }
    if (event.target.matches("[data-pick]")) {
      // Shift takes the rows between.
      const picks = [...list.querySelectorAll("[data-pick]")];
      if (event.shiftKey && last && picks.includes(last)) {
        const [from, to] = [picks.indexOf(last), picks.indexOf(event.target)].sort((a, b) => a - b);
        picks.slice(from, to + 1).forEach((box) => { box.checked = event.target.checked; });
        update(list);
      }
      last = event.target;
      return;
    }
    // ---------- a row opens its record; words may still be selected ----------
    const row = event.target.closest("tbody tr");
    if (!row || event.target.closest("a, button, input, label, select, summary") || String(window.getSelection())) return;
    if (event.target.closest("td.pick")) { const box = row.querySelector("[data-pick]"); if (box) box.click(); return; }
    const link = row.querySelector("a.own");
    if (!link) return;
    if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener"); else link.click();
  });

  // ---------- columns: a menu made from the heads that carry data-col ----------
  function setUpColumns(box) {
    const table = document.getElementById(box.dataset.columns);
    const place = box.querySelector("[data-columns-list]");
    if (!table || !place || place.childElementCount) return;
    const key = `columns:${box.dataset.columns}`;
    const heads = [...table.querySelectorAll("thead th[data-col]")];
    let off = heads.filter((head) => head.hasAttribute("data-col-off")).map((head) => head.dataset.col);
    try { off = JSON.parse(localStorage.getItem(key)) || off; } catch { /* kept value unreadable: the usual columns */ }
    const apply = () => heads.forEach((head) => {
      const hide = off.includes(head.dataset.col);
      const index = [...head.parentElement.children].indexOf(head);
      head.hidden = hide;
      table.querySelectorAll("tbody tr").forEach((row) => { const cell = row.children[index]; if (cell && row.children.length === head.parentElement.children.length) cell.hidden = hide; });
    });
    heads.forEach((head) => {
      const label = document.createElement("label");
      label.className = "p-menu-item";
      const tick = document.createElement("input");
      tick.type = "checkbox";
      tick.className = "form-check-input";
      tick.checked = !off.includes(head.dataset.col);
      tick.addEventListener("change", () => {
        off = off.filter((name) => name !== head.dataset.col);
        if (!tick.checked) off.push(head.dataset.col);
        try { localStorage.setItem(key, JSON.stringify(off)); } catch { /* for this page only */ }
        apply();
      });
      label.append(tick, head.textContent.replace(/[↑↓]/g, "").trim());
      place.append(label);
    });
    apply();
  }
  function setUp() {
    document.querySelectorAll("[data-list]").forEach(update);
    document.querySelectorAll("[data-columns]").forEach(setUpColumns);
    document.querySelectorAll("select[data-submit], input[data-submit]").forEach((field) => {
      if (field.dataset.ready) return;
      field.dataset.ready = "1";
      field.addEventListener("change", () => field.form.requestSubmit());
    });
  }
  setUp();
  document.addEventListener("htmx:afterSwap", setUp);
  window.addEventListener("pageshow", setUp);
})();
