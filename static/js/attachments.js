// Attachment trays: files chosen or dropped go up one by one with their progress; what is refused says why beside its name.
// In a form hidden inputs carry the tokens of what was taken; beside a record each file is attached at once.
// Without this script the same fields are sent with the form.
(() => {
  const say = (words) => window.Portal && window.Portal.say(words);
  const token = (box) => {
    const field = (box.closest("form") || box).querySelector("[name=csrfmiddlewaretoken]") || document.querySelector("[name=csrfmiddlewaretoken]");
    return field ? field.value : "";
  };
  const make = (tag, className, words) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (words) node.textContent = words;
    return node;
  };
  const mib = (bytes) => Math.ceil(bytes / 1048576);

  function setUp(box) {
    const list = box.querySelector("[data-tray-list]");
    const zone = box.querySelector("[data-tray-zone]");
    const input = box.querySelector("[data-tray-input]");
    if (!input || "trayReady" in box.dataset) return;
    box.dataset.trayReady = "";
    const { trayUrl, trayTarget, traySlot, trayTargetId, trayField, trayNext, trayRows } = box.dataset;
    const most = Number(box.dataset.trayMost);
    const largest = Number(box.dataset.trayLargest);
    const form = box.closest("form");
    const queue = [];
    let busy = false;

    const tokens = () => [...list.querySelectorAll("[data-tray-token]")].map((field) => field.value);
    const held = () => list.querySelectorAll(".p-att:not([data-tray-refused])").length
      + [...box.querySelectorAll("[data-tray-kept]")].filter((row) => !row.querySelector("[data-tray-remove]").checked).length;
    function changed() {
      // The first submit button is what Enter presses: with this script running it is none of these.
      box.querySelectorAll("[data-tray-give-up], .p-no-js[name]").forEach((button) => { button.type = "button"; });
      zone.classList.toggle("is-full", held() >= most);
      const empty = box.querySelector("[data-tray-empty]");
      if (empty) empty.hidden = held() > 0;
      if (form && trayField) form.dispatchEvent(new CustomEvent("draft:changed"));
    }

    function row(name) {
      const line = make("li", "p-att");
      const words = make("div", "grow");
      const bar = make("progress");
      bar.max = 100;
      bar.value = 0;
      bar.setAttribute("aria-label", `正在上传 ${name}`);
      const state = make("span", "p-att-meta", "等待上传");
      words.append(make("span", "", name), state, bar);
      line.append(words);
      list.append(line);
      return { line, bar, state };
    }
    function refuse(at, name, why) {
      at.line.dataset.trayRefused = "";
      at.bar.remove();
      at.state.textContent = `没有上传：${why}`;
      at.state.classList.add("is-bad");
      const close = make("button", "btn btn-quiet", "知道了");
      close.type = "button";
      close.addEventListener("click", () => { at.line.remove(); changed(); input.focus(); });
      at.line.append(close);
      say(`${name} 没有上传：${why}`);
      changed();
    }
    function send({ file, at }) {
      return new Promise((done) => {
        const body = new FormData();
        body.append("csrfmiddlewaretoken", token(box));
        body.append("target", trayTarget);
        body.append("slot", traySlot);
        if (trayTargetId) body.append("target_id", trayTargetId);
        if (trayField) body.append("field", trayField);
        if (trayNext) body.append("next", trayNext);
        tokens().forEach((known) => body.append("held", known));
        body.append("file", file, file.name);
        const request = new XMLHttpRequest();
        request.open("POST", trayUrl);
        request.setRequestHeader("X-Requested-With", "fetch");
        at.state.textContent = "正在上传";
        request.upload.addEventListener("progress", (event) => {
          if (!event.lengthComputable) return;
          const percent = Math.floor((event.loaded / event.total) * 100);
          at.bar.value = percent;
          at.state.textContent = percent < 100 ? `正在上传 ${percent}%` : "正在检查";
        });
        request.addEventListener("error", () => { refuse(at, file.name, "没有连上服务器。请检查网络后重新选择这个文件。"); done(); });
        request.addEventListener("load", () => {
          let said = {};
          try { said = JSON.parse(request.responseText); } catch { /* no answer of ours */ }
          if (request.status === 200 && said.html) {
            at.line.insertAdjacentHTML("afterend", said.html);
            at.line.remove();
            say(`${file.name} 已上传`);
            changed();
          } else if (request.responseURL && new URL(request.responseURL).pathname === document.body.dataset.loginUrl) refuse(at, file.name, "登录已过期。请在另一页重新登录后，再选择这个文件。");
          else refuse(at, file.name, said.message || (request.status === 413 ? "文件太大，服务器没有收下。" : "服务器没有收下。请稍后再试。"));
          done();
        });
        request.send(body);
      });
    }
    async function work() {
      if (busy) return;
      busy = true;
      while (queue.length) await send(queue.shift());
      busy = false;
    }
    function take(files) {
      [...files].forEach((file) => {
        const at = row(file.name);
        if (held() > most) refuse(at, file.name, `这里最多 ${most} 个文件。`);
        else if (file.size > largest) refuse(at, file.name, `文件有 ${mib(file.size)} MB，超过 ${mib(largest)} MB。请压缩或拆成几个文件。`);
        else if (!file.size) refuse(at, file.name, "文件是空的。");
        else queue.push({ file, at });
      });
      changed();
      work();
    }

    input.required = false;
    input.addEventListener("change", (event) => {
      event.stopPropagation();
      const files = [...input.files];
      // What is sent here does not go a second time with the form.
      input.value = "";
      take(files);
    });
    const stop = (event) => { event.preventDefault(); event.stopPropagation(); };
    ["dragenter", "dragover"].forEach((name) => zone.addEventListener(name, (event) => { stop(event); zone.classList.add("is-over"); }));
    ["dragleave", "drop"].forEach((name) => zone.addEventListener(name, (event) => { stop(event); zone.classList.remove("is-over"); }));
    zone.addEventListener("drop", (event) => { if (event.dataTransfer && event.dataTransfer.files.length) take(event.dataTransfer.files); });
    box.addEventListener("change", (event) => { if (event.target.matches("[data-tray-remove]")) changed(); });
    box.addEventListener("click", (event) => {
      const button = event.target.closest("[data-tray-give-up]");
      if (!button) return;
      event.preventDefault();
      const body = new FormData();
      body.append("csrfmiddlewaretoken", token(box));
      fetch(button.dataset.trayGiveUp, { method: "POST", body, credentials: "same-origin", headers: { "X-Requested-With": "fetch" } }).catch(() => { /* it goes by itself after a week */ });
      const line = button.closest("[data-tray-row]");
      say(`不要 ${line.querySelector("a").textContent}`);
      line.remove();
      changed();
      input.focus();
    });
    if (form) {
      form.addEventListener("submit", (event) => {
        if (!busy) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        if (window.Portal) window.Portal.toast("还有文件正在上传，请传完后再提交");
      }, true);
      // A draft from this machine names attachments the page does not show: room for their inputs now, their rows from the server.
      form.addEventListener("draft:restore", (event) => {
        const kept = event.detail[trayField];
        if (!trayField || !kept || kept.join() === tokens().join()) return;
        list.replaceChildren(...kept.map((known) => {
          const line = make("li", "p-att", "附件");
          const field = make("input");
          Object.assign(field, { type: "hidden", name: trayField, value: known });
          field.dataset.trayToken = "";
          line.append(field);
          return line;
        }));
        const query = new URLSearchParams([["target", trayTarget], ["slot", traySlot], ["field", trayField], ...kept.map((known) => ["token", known])]);
        fetch(`${trayRows}?${query}`, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } })
          .then((answer) => (answer.ok && !answer.redirected ? answer.text() : Promise.reject(new Error("no rows"))))
          .then((html) => { list.innerHTML = html; changed(); })
          .catch(() => { /* the tokens stand there; the server shows them with the next page */ });
      });
    }
    changed();
  }
  const setUpIn = (root) => { if (root.matches && root.matches("[data-tray]")) setUp(root); root.querySelectorAll("[data-tray]").forEach(setUp); };
  setUpIn(document);
  // Parts swapped in by htmx, rows added by script.
  document.addEventListener("htmx:load", (event) => setUpIn(event.detail.elt));
  document.addEventListener("portal:added", (event) => setUpIn(event.target));
})();
