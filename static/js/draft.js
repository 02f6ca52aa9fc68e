// Nothing typed is lost: a form with data-draft-url is kept on this machine at once and on the server shortly after.
// data-draft-key names it, data-draft-saved-at is the moment (ISO) of what the server has rendered, empty when it has none.
(() => {
  const form = document.querySelector("form[data-draft-url]");
  if (!form) return;
  const status = document.querySelector("[data-draft-status]");
  const key = `draft:${document.documentElement.dataset.user}:${form.dataset.draftKey}`;
  const skipped = (field) => !field.name || field.name === "csrfmiddlewaretoken" || field.hasAttribute("data-draft-skip") || ["password", "file", "submit", "button", "reset", "image"].includes(field.type);
  const fields = () => [...form.elements].filter((field) => !skipped(field));

  /** name → list of values, in the order of the form: enough for repeated names, ticks and choices. */
  function collect() {
    const kept = {};
    fields().forEach((field) => {
      if (field.disabled) return;
      kept[field.name] ||= [];
      if (field.type === "checkbox" || field.type === "radio") { if (field.checked) kept[field.name].push(field.value); }
      else if (field.multiple) kept[field.name].push(...[...field.selectedOptions].map((option) => option.value));
      else kept[field.name].push(field.value);
    });
    return kept;
  }
  function restore(kept) {
    // A form whose rows are made by script makes them now: event.detail holds what will be filled in.
    form.dispatchEvent(new CustomEvent("draft:restore", { detail: kept, bubbles: true }));
    const at = {};
    fields().forEach((field) => {
      const values = kept[field.name];
      if (!values) return;
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
      else if (field.multiple) [...field.options].forEach((option) => { option.selected = values.includes(option.value); });
      else { const index = at[field.name] || 0; at[field.name] = index + 1; if (index < values.length) field.value = values[index]; }
    });
    form.dispatchEvent(new CustomEvent("draft:restored", { detail: kept, bubbles: true }));
  }
  const read = () => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const write = (draft) => { try { localStorage.setItem(key, JSON.stringify(draft)); return true; } catch { return false; } };
  const forget = () => { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } };
  // Moments are said in the portal's zone, whatever the machine's own is.
  const zoned = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const partsOf = (moment) => Object.fromEntries(zoned.formatToParts(new Date(moment)).map(({ type, value }) => [type, value]));
  const clock = (moment) => { const at = partsOf(moment); return `${at.hour}:${at.minute}`; };
  const dayAndClock = (moment) => { const at = partsOf(moment); return `${at.month} 月 ${at.day} 日 ${at.hour}:${at.minute}`; };
  function tell(words, tone) {
    if (!status) return;
    const line = status.querySelector("[data-draft-words]") || status;
    if (line.textContent !== words) line.textContent = words;
    status.dataset.tone = tone || "ok";
    status.hidden = false;
  }

  // ---------- keeping ----------
  const started = JSON.stringify(collect());
  let timer = null; let sending = false; let again = false; let leaving = false; let blocked = false;
  function changed() {
    if (leaving) return;
    const draft = { at: new Date().toISOString(), fields: collect(), synced: false };
    if (!write(draft)) tell("本机存不下草稿，请尽快存为草稿", "warn");
    clearTimeout(timer);
    timer = setTimeout(send, 1500);
  }
  async function send(last) {
    clearTimeout(timer);
    const draft = read();
    if (!draft || draft.synced || leaving || blocked) return;
    if (sending) { again = true; return; }
    sending = true;
    try {
      const answer = await fetch(form.dataset.draftUrl, {
        method: "POST",
        credentials: "same-origin",
        keepalive: last === true,
        headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, "X-Requested-With": "fetch" },
        body: JSON.stringify({ key: form.dataset.draftKey, url: location.pathname + location.search, title: form.dataset.draftTitle || document.title.split(" · ")[0], payload: draft.fields }),
      });
      if (answer.redirected || answer.status === 401) { blocked = true; tell("登录已过期，内容已存在本机，重新登录后自动恢复", "warn"); return; }
      if (!answer.ok) {
        const said = await answer.json().catch(() => ({}));
        tell(said.message || "服务器没有收下草稿，内容已存在本机", "warn");
        return;
      }
      const said = await answer.json();
      const now = read();
      if (now && now.at === draft.at) write({ ...now, at: said.saved_at || now.at, synced: true });
      tell(`草稿已保存，${clock(said.saved_at || Date.now())}`);
    } catch {
      tell("没有网络，已存在本机，恢复后自动上传", "warn");
      timer = setTimeout(send, 15000);
    } finally {
      sending = false;
      if (again) { again = false; send(); }
    }
  }
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  // Rows added or taken away, an enterprise picked: pages say so with this event.
  form.addEventListener("draft:changed", changed);
  window.addEventListener("online", () => send());
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") send(true); });
  // The form itself goes off: no autosave may arrive after it. The local copy stays until the next page says it was saved.
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    clearTimeout(timer);
    if (navigator.onLine) { leaving = true; return; }
    // Without a line the browser would replace the form by its own error page.
    event.preventDefault();
    const kept = write({ at: new Date().toISOString(), fields: collect(), synced: false });
    const words = kept ? "没有网络，恢复后再提交；内容已存在本机" : "没有网络，本机也存不下草稿，请不要关闭本页";
    tell(words, "warn");
    if (window.Portal) window.Portal.toast(words);
  });
  window.addEventListener("pageshow", () => { leaving = false; });

  /** Back to what the server had: that is uploaded anew, or, where it had nothing, the draft is deleted. */
  function giveUp(serverHadOne) {
    if (serverHadOne) { changed(); return; }
    clearTimeout(timer);
    forget();
    fetch(form.dataset.draftUrl, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, "X-Requested-With": "fetch" },
      body: JSON.stringify({ key: form.dataset.draftKey, discard: true }),
    }).then(() => tell("已放弃恢复"), () => tell("没有网络，服务器上的草稿还在", "warn"));
  }

  // ---------- coming back ----------
  function offer(words, label, act) {
    const note = document.createElement("div");
    note.className = "p-note p-note-info p-draft-note";
    note.setAttribute("role", "status");
    const text = document.createElement("span");
    text.className = "grow";
    text.textContent = words;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-plain";
    button.textContent = label;
    button.addEventListener("click", () => { note.remove(); act(); });
    note.append(text, button);
    (document.getElementById("p-alerts") || form).prepend(note);
  }
  const local = read();
  if (local && JSON.stringify(local.fields) !== started) {
    const saved = form.dataset.draftSavedAt ? new Date(form.dataset.draftSavedAt) : null;
    const when = dayAndClock(local.at);
    if (form.hasAttribute("data-draft-bound")) {
      // The server has just sent back what was submitted, with its errors: that is the newest there is.
      changed();
    } else if (!saved || new Date(local.at) > saved) {
      const before = JSON.parse(started);
      restore(local.fields);
      tell(`已恢复 ${when} 的内容`);
      offer(`已恢复 ${when} 在本机填写的内容。`, "放弃恢复", () => { restore(before); giveUp(Boolean(saved)); });
      if (!local.synced) send();
    } else if (!local.synced) {
      offer(`本机还有 ${when} 填写、没有上传的内容，服务器上的更新。`, "改用本机内容", () => { restore(local.fields); changed(); });
    } else forget();
  }
})();
