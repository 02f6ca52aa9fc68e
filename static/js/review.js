// The queue: Y confirms, R opens the reasons, N goes to the next. Keys sleep while somebody types or answers a question.
(() => {
  const reasons = () => document.getElementById("return");
  function toggleReasons() {
    const box = reasons();
    if (!box) return;
    box.hidden = !box.hidden;
    document.querySelectorAll('[aria-controls="return"]').forEach((button) => button.setAttribute("aria-expanded", String(!box.hidden)));
    if (box.hidden) { const opener = document.querySelector('[aria-controls="return"]'); if (opener) opener.focus(); return; }
    const first = box.querySelector("input:checked, input:not([type=hidden]), select, textarea");
    if (first) first.focus({ preventScroll: true });
    box.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("click", (event) => { if (event.target.closest("[data-return]")) toggleReasons(); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && reasons() && !reasons().hidden && !document.querySelector("dialog[open]")) { toggleReasons(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog, [role=dialog], .p-menu")) return;
    if (document.querySelector("dialog[open]")) return;
    const button = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!button || button.disabled) return;
    event.preventDefault();
    button.click();
  });
  const here = document.querySelector('.p-qitem[aria-current]');
  if (here) here.scrollIntoView({ block: "nearest" });
})();
