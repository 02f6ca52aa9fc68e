// Recording a talk in a row of the list: Ctrl+Enter sends, Escape closes; the focus goes back to the row's own button.
(() => {
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest && event.target.closest("form[data-visit]");
    if (!form || event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
    const close = form.querySelector("[data-visit-close]");
    if (event.key === "Escape" && close) { event.preventDefault(); close.click(); }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const row = event.detail.elt;
    if (!row || !row.id || !row.id.startsWith("call-")) return;
    const bad = row.querySelector("[aria-invalid='true']");
    if (bad) { bad.focus(); return; }
    if (row.querySelector("form[data-visit]")) return;
    const own = row.querySelector("[data-visit-open]");
    if (own) own.focus();
  });
})();
