// The upload form: a file may be dropped anywhere on its field; while it goes up the form says so.
(() => {
  const form = document.querySelector("[data-upload]");
  if (!form) return;
  const zone = form.querySelector("[data-drop]");
  const input = form.querySelector("input[type=file]");
  const status = form.querySelector("[data-upload-status]");
  const stop = (event) => event.preventDefault();
  ["dragenter", "dragover"].forEach((name) => zone.addEventListener(name, (event) => { stop(event); zone.classList.add("is-over"); }));
  ["dragleave", "drop"].forEach((name) => zone.addEventListener(name, (event) => { stop(event); zone.classList.remove("is-over"); }));
  zone.addEventListener("drop", (event) => {
    if (event.dataTransfer && event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
  form.addEventListener("submit", () => { if (input.files.length) status.hidden = false; });
  const refusal = document.getElementById("refusal");
  if (refusal) refusal.focus();
})();
