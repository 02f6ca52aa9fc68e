// Behaviour of the frame: phone menu, rail, pop-up menus, toast, questions before acting, copying, printing, htmx failures.
// Everything is delegated from the document, so that parts swapped in by htmx need no set-up.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const root = document.documentElement;
  const keep = (key, value) => { try { localStorage.setItem(key, value); } catch { /* not remembered, still works */ } };

  // ---------- toast and alert ----------
  let timer;
  function toast(words) {
    const box = $("#p-toast");
    if (!box || !words) return;
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "知道了";
    close.addEventListener("click", () => { box.hidden = true; });
    const text = document.createElement("span");
    text.textContent = words;
    box.replaceChildren(text, close);
    box.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(() => { box.hidden = true; }, 8000);
  }
  function alert(words) {
    const place = $("#p-alerts");
    if (!place) return;
    place.querySelectorAll("[data-from-script]").forEach((old) => old.remove());
    const note = document.createElement("div");
    note.className = "p-note p-note-bad";
    note.setAttribute("role", "alert");
    note.dataset.fromScript = "";
    note.textContent = words;
    place.append(note);
    note.scrollIntoView({ block: "nearest" });
  }
  function say(words) { const live = $("#p-live"); if (live && live.textContent !== words) live.textContent = words; }
  window.Portal = { toast, alert, say };
  function showServerToasts() {
    const said = [...document.querySelectorAll("[data-toast-now]")];
    if (!said.length) return;
    toast(said.map((node) => node.textContent.trim()).join("　"));
    said.forEach((node) => node.remove());
  }
  // A view may answer htmx with HX-Trigger: {"portal:toast": "已确认 3 条"}.
  document.addEventListener("portal:toast", (event) => toast(event.detail.value || event.detail.text));

  // ---------- navigation ----------
  const nav = $("#nav");
  function phoneNav(open) {
    const button = $("[data-nav-toggle]");
    if (!nav || !button) return;
    nav.classList.toggle("is-open", open);
    button.setAttribute("aria-expanded", String(open));
    if (open) { const first = $("a, input", nav); if (first) first.focus(); }
  }
  function tellRail() {
    const button = $("[data-nav-rail]");
    if (!button) return;
    const rail = root.classList.contains("is-rail");
    const words = rail ? "展开导航" : "收起导航";
    button.setAttribute("aria-expanded", String(!rail));
    button.setAttribute("aria-label", words);
    button.title = words;
    $(".p-nav-word", button).textContent = words;
  }

  // ---------- pop-up menus: a button and a list it opens ----------
  const buttonOf = (menu) => $("[aria-controls]", menu);
  function openMenu(menu, open, focus = false) {
    const button = buttonOf(menu);
    const list = document.getElementById(button.getAttribute("aria-controls"));
    list.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open && focus) { const first = $("button, a, input", list); if (first) first.focus(); }
  }
  const openMenus = () => [...document.querySelectorAll("[data-menu]")].filter((menu) => buttonOf(menu).getAttribute("aria-expanded") === "true");
  function closeMenus(except) { openMenus().forEach((menu) => { if (menu !== except) openMenu(menu, false); }); }

  // ---------- questions before acting ----------
  function ask(words, label, danger) {
    let box = $("#p-ask");
    if (!box) {
      box = document.createElement("dialog");
      box.id = "p-ask";
      box.className = "p-dialog";
      box.setAttribute("aria-labelledby", "p-ask-words");
      const text = document.createElement("p");
      text.id = "p-ask-words";
      const acts = document.createElement("div");
      acts.className = "p-dialog-acts";
      const yes = document.createElement("button");
      yes.type = "button";
      yes.value = "yes";
      const no = document.createElement("button");
      no.type = "button";
      no.className = "btn btn-plain";
      no.textContent = "取消";
      yes.addEventListener("click", () => box.close("yes"));
      no.addEventListener("click", () => box.close(""));
      acts.append(yes, no);
      box.append(text, acts);
      document.body.append(box);
    }
    $("p", box).textContent = words;
    const yes = $("button[value]", box);
    yes.textContent = label || "确定";
    yes.className = danger ? "btn btn-danger-line" : "btn btn-primary";
    box.returnValue = "";
    box.showModal();
    (danger ? $(".btn-plain", box) : yes).focus();
    return new Promise((done) => { box.addEventListener("close", () => done(box.returnValue === "yes"), { once: true }); });
  }

  function copy(text) {
    const done = () => toast("已复制");
    if (navigator.clipboard && window.isSecureContext) { navigator.clipboard.writeText(text).then(done); return; }
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "visually-hidden";
    document.body.append(area);
    area.select();
    if (document.execCommand("copy")) done(); else toast("浏览器不让复制，请手工选中复制");
    area.remove();
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest ? event.target : event.target.parentElement;
    const menu = target.closest("[data-menu]");
    closeMenus(menu);
    if (menu && target.closest("[aria-controls]") === buttonOf(menu)) {
      openMenu(menu, buttonOf(menu).getAttribute("aria-expanded") !== "true");
      return;
    }
    if (nav && nav.classList.contains("is-open") && !target.closest("#nav, [data-nav-toggle]")) phoneNav(false);
    const button = target.closest("[data-nav-toggle],[data-nav-rail],[data-print],[data-copy],[data-dismiss],[data-confirm]");
    if (!button || button.disabled) return;
    if (button.matches("[data-nav-toggle]")) phoneNav(!nav.classList.contains("is-open"));
    else if (button.matches("[data-nav-rail]")) {
      const rail = root.classList.toggle("is-rail");
      keep(root.dataset.rail === "work" ? "nav-rail-work" : "nav-rail", rail ? "1" : "0");
      tellRail();
      window.dispatchEvent(new Event("resize"));
    } else if (button.matches("[data-print]")) window.print();
    else if (button.matches("[data-copy]")) copy(button.dataset.copy);
    else if (button.matches("[data-dismiss]")) { const box = button.closest(button.dataset.dismiss || ".p-note"); if (box) box.remove(); }
    else if (button.matches("a[data-confirm], button[data-confirm]") && !button.hasAttribute("data-answered")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(button.dataset.confirm, button.dataset.confirmLabel || button.textContent.trim(), "confirmDanger" in button.dataset).then((yes) => {
        if (!yes) { button.focus(); return; }
        button.setAttribute("data-answered", "");
        button.click();
        button.removeAttribute("data-answered");
      });
    }
  }, true);

  document.addEventListener("keydown", (event) => {
    const [menu] = openMenus();
    if (event.key === "Escape") {
      if (menu) { openMenu(menu, false); buttonOf(menu).focus(); } else if (nav && nav.classList.contains("is-open")) { phoneNav(false); $("[data-nav-toggle]").focus(); }
      return;
    }
    if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
    const here = event.target.closest && event.target.closest("[data-menu]");
    if (!here || event.target.matches("input, select, textarea")) return;
    event.preventDefault();
    if (here !== menu) { openMenu(here, true, true); return; }
    const list = document.getElementById(buttonOf(here).getAttribute("aria-controls"));
    const items = [...list.querySelectorAll("a, button, input")];
    const step = event.key === "ArrowDown" ? 1 : -1;
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
  });
  // Tabbing out closes a menu. A press beside is the click handler's business: it moves the focus too, even within the menu.
  let tabbing = false;
  document.addEventListener("keydown", (event) => { tabbing = event.key === "Tab"; });
  document.addEventListener("pointerdown", () => { tabbing = false; });
  document.addEventListener("focusin", (event) => { if (tabbing) openMenus().forEach((menu) => { if (!menu.contains(event.target)) openMenu(menu, false); }); });

  // ---------- one press, one act ----------
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.matches("[data-again]")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 8000);
  });
  window.addEventListener("pageshow", () => { document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; }); });

  // ---------- drafts on this machine: gone when the form was saved, or when their writer leaves a shared computer ----------
  function dropDrafts(test) {
    try {
      Object.keys(localStorage).filter((key) => key.startsWith("draft:")).forEach((key) => {
        if (test(key, JSON.parse(localStorage.getItem(key) || "{}"))) localStorage.removeItem(key);
      });
    } catch { /* storage switched off: nothing was kept */ }
  }
  document.querySelectorAll('meta[name="draft-done"]').forEach((meta) => dropDrafts((key) => key === `draft:${root.dataset.user}:${meta.content}`));
  document.addEventListener("submit", (event) => { if (event.target.matches("[data-logout]")) dropDrafts((key, draft) => draft.synced); });

  // ---------- htmx ----------
  // A request replaced by the next one (hx-sync) is no error: htmx logs none for it once its detail says so.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { detail } = event;
    const abort = detail.xhr.abort.bind(detail.xhr);
    detail.xhr.abort = () => { detail.error = ""; abort(); };
  });
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    const from = event.detail.elt;
    ask(event.detail.question, from.dataset.confirmLabel, "confirmDanger" in from.dataset).then((yes) => { if (yes) event.detail.issueRequest(true); else from.focus(); });
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    // The session has ended: the answer is the login page, which belongs in the window and not in a part of the page.
    const login = document.body.dataset.loginUrl;
    const address = event.detail.xhr.responseURL;
    if (login && address && new URL(address).pathname === login) { event.detail.shouldSwap = false; window.location.reload(); }
  });
  const unreachable = () => alert("没有连上服务器，页面上的内容没有更新。请检查网络，稍后再试。");
  document.addEventListener("htmx:sendError", (event) => { if (!event.detail.elt.closest("[data-job]")) unreachable(); });
  document.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    if (status === 403) alert("您可以查看，但不能办理这一项。");
    else if (status === 404) alert("这条记录已不在您的工作范围，请刷新页面。");
    else alert("服务器没有完成这一步，内容没有改动。请稍后再试。");
  });
  document.addEventListener("htmx:afterSettle", () => {
    showServerToasts();
    document.querySelectorAll("[data-job-say]").forEach((job) => { if (job.dataset.jobState !== "running" || !job.dataset.told) { say(job.dataset.jobSay); job.dataset.told = "1"; } });
  });

  tellRail();
  showServerToasts();
  // A form came back with errors: begin at the first one; the summary at the end lists them all.
  if ($("[data-errors-summary]") && !location.hash) {
    const first = $('form [aria-invalid="true"]:not([type="hidden"])');
    if (first) { first.focus({ preventScroll: true }); (first.closest(".p-field") || first).scrollIntoView({ block: "center" }); }
  }
})();
