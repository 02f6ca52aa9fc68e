// Before the first paint: is the navigation collapsed? The choice is kept apart for work pages, which begin collapsed.
(() => {
  const root = document.documentElement;
  const work = root.dataset.rail === "work";
  let kept = null;
  try { kept = localStorage.getItem(work ? "nav-rail-work" : "nav-rail"); } catch { /* storage switched off: the usual shape */ }
  root.classList.toggle("is-rail", kept === null ? work : kept === "1");
  root.classList.add("has-js");
})();
