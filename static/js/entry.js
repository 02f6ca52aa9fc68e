// Entry pages: hosts and addresses found while typing (combobox with a list in the flow), a new host inside the form,
// live checks by the server's own rules, look-alikes, and choosing between two versions of a stale form.
(() => {
  const form = document.querySelector("form[data-entry]");
  if (!form) return;
  const $ = (selector, root = form) => root.querySelector(selector);
  const byId = (id) => document.getElementById(id);
  const say = (words) => window.Portal && window.Portal.say(words);
  const changed = () => form.dispatchEvent(new CustomEvent("draft:changed"));
  const fire = (node, name) => { if (node) node.dispatchEvent(new CustomEvent(name)); };

  // ---------- live check: the same rules as on submission, a moment after each change ----------
  let timer = null;
  let pressed = false;
  function check(after = 500) {
    clearTimeout(timer);
    // Nothing may move or be replaced between pressing and letting go of a button or link.
    timer = setTimeout(() => { if (pressed) check(200); else fire($("[data-form-check]"), "entry:check"); }, after);
  }
  document.addEventListener("pointerdown", () => { pressed = true; }, true);
  ["pointerup", "pointercancel", "dragend"].forEach((name) => document.addEventListener(name, () => { setTimeout(() => { pressed = false; }, 50); }, true));
  form.addEventListener("submit", () => clearTimeout(timer));
  function boxError(box, words) {
    const control = box.querySelector(".form-control, .form-select, .form-check-input");
    let error = box.querySelector(":scope > .p-error, :scope > fieldset > .p-error");
    if (!words) {
      if (error) error.remove();
      box.classList.remove("is-bad");
      if (control) {
        control.removeAttribute("aria-invalid");
        const described = (control.getAttribute("aria-describedby") || "").split(" ").filter((id) => byId(id));
        if (described.length) control.setAttribute("aria-describedby", described.join(" ")); else control.removeAttribute("aria-describedby");
      }
      return;
    }
    if (!error) {
      error = document.createElement("div");
      error.className = "p-error";
      error.id = `${box.id.replace(/^div_/, "")}_error`;
      const sprite = document.querySelector(".ic use").getAttribute("href").split("#")[0];
      const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      icon.setAttribute("class", "ic");
      icon.setAttribute("aria-hidden", "true");
      const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
      use.setAttribute("href", `${sprite}#alert-circle`);
      icon.append(use);
      error.append(icon, document.createElement("span"));
      const head = box.querySelector(":scope > label:not(.p-choice), :scope > fieldset > legend");
      if (head) head.after(error); else box.prepend(error);
    }
    const text = error.querySelector("span");
    if (text.textContent !== words) text.textContent = words;
    box.classList.add("is-bad");
    if (control) {
      control.setAttribute("aria-invalid", "true");
      const described = new Set((control.getAttribute("aria-describedby") || "").split(" ").filter(Boolean));
      described.add(error.id);
      control.setAttribute("aria-describedby", [...described].join(" "));
    }
  }
  function showLive() {
    const state = byId("form-state");
    const wrong = JSON.parse(state.dataset.live || "{}");
    const missing = new Set([...state.querySelectorAll("a[href^='#']")].map((link) => link.hash.slice(1)));
    form.querySelectorAll(".p-field[id^='div_']").forEach((box) => {
      if (wrong[box.id]) {
        // While somebody is still typing there, nothing is called wrong.
        if (!box.contains(document.activeElement) || box.classList.contains("is-bad") || box.querySelector("[type=checkbox],[type=radio]")) boxError(box, wrong[box.id]);
      } else if (box.classList.contains("is-bad") && !missing.has(box.id) && !missing.has(box.id.replace(/^div_/, ""))) boxError(box, "");
    });
    const button = byId("form-submit");
    if (button.textContent !== state.dataset.submitLabel) button.textContent = state.dataset.submitLabel;
    // A folded part with something wrong in it opens.
    form.querySelectorAll("details").forEach((more) => { if (more.querySelector(".is-bad")) more.open = true; });
  }
  document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target && event.detail.target.id === "form-state") showLive(); });
  form.addEventListener("change", () => check());
  form.addEventListener("focusout", (event) => { if (event.target.matches("input, select, textarea")) check(200); });
  form.addEventListener("draft:changed", () => check(100));

  // ---------- what htmx sends for the finders ----------
  document.addEventListener("htmx:configRequest", (event) => {
    const { elt, parameters } = event.detail;
    const put = (values) => { Object.keys(parameters).forEach((name) => { delete parameters[name]; }); Object.assign(parameters, values); };
    if (elt.matches("[data-find]")) put({ q: elt.value.trim() });
    else if (elt.matches("[data-holders]")) put({ division: byId(elt.dataset.holders).value, prefix: elt.dataset.prefix || "" });
    else if (elt.id === "form-alike") {
      const before = elt.dataset.prefix ? `${elt.dataset.prefix}-` : "";
      const values = { acknowledged: $("[data-acknowledged]").value, pick: elt.dataset.canPick || "", except: elt.dataset.except || "" };
      ["name", "division", "credit_code", "organization_code", "registration_number"].forEach((name) => { values[name] = form.elements[before + name].value; });
      put(values);
    }
  });

  // ---------- combobox ----------
  let count = 0;
  const comboOf = (node) => node.closest("[data-combo]");
  const listOf = (combo) => combo.querySelector("[role='listbox']");
  const optionsOf = (combo) => [...combo.querySelectorAll("[role='option']")];
  const inputOf = (combo) => combo.querySelector("[role='combobox']");
  function activate(combo, option) {
    optionsOf(combo).forEach((other) => other.setAttribute("aria-selected", String(other === option)));
    const input = inputOf(combo);
    if (!option) { input.removeAttribute("aria-activedescendant"); return; }
    count += 1;
    option.id ||= `option-${count}`;
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }
  function shut(combo) {
    combo.querySelector("[data-combo-results]").replaceChildren();
    inputOf(combo).setAttribute("aria-expanded", "false");
    activate(combo, null);
  }
  let waiting = null;
  function search(input, after) {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (comboOf(input).dataset.combo === "host" && input.value.trim().length < 2) { shut(comboOf(input)); return; }
      fire(input, "find");
    }, after);
  }
  form.addEventListener("input", (event) => {
    if (!event.target.matches("[data-find]")) return;
    // Words in the search field alone are no draft yet.
    if (event.target.hasAttribute("data-draft-skip")) event.stopPropagation();
    if (!event.isComposing) search(event.target, 220);
  }, true);
  form.addEventListener("change", (event) => { if (event.target.matches("[data-find][data-draft-skip]")) event.stopPropagation(); }, true);
  form.addEventListener("compositionend", (event) => { if (event.target.matches("[data-find]")) search(event.target, 120); });
  document.addEventListener("htmx:afterSwap", (event) => {
    const box = event.detail.target;
    if (!box || !box.matches || !box.matches("[data-combo-results]")) return;
    const combo = comboOf(box);
    const input = inputOf(combo);
    if (document.activeElement !== input) { shut(combo); return; }
    const list = listOf(combo);
    if (list) { count += 1; list.id = `list-${count}`; input.setAttribute("aria-controls", list.id); }
    input.setAttribute("aria-expanded", String(Boolean(list)));
    box.querySelectorAll("[data-mark]").forEach((name) => {
      const at = name.textContent.indexOf(name.dataset.mark);
      if (at < 0) return;
      const mark = document.createElement("mark");
      const text = name.textContent;
      mark.textContent = name.dataset.mark;
      name.replaceChildren(text.slice(0, at), mark, text.slice(at + name.dataset.mark.length));
    });
    const found = optionsOf(combo).filter((option) => !("new" in option.dataset)).length;
    const words = box.querySelector("[data-say]");
    say(words ? words.textContent : found ? `找到 ${found} 个，用上下键选择` : "没有找到");
  });
  form.addEventListener("keydown", (event) => {
    if (!event.target.matches("[data-find]") || event.isComposing) return;
    const combo = comboOf(event.target);
    const options = optionsOf(combo);
    const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!options.length) { fire(event.target, "find"); return; }
      const step = event.key === "ArrowDown" ? 1 : -1;
      activate(combo, options[now < 0 ? (step > 0 ? 0 : options.length - 1) : (now + step + options.length) % options.length]);
    } else if (event.key === "Enter") {
      // Enter picks what is marked or the only row; else it marks the first. It never sends the form from a search field.
      event.preventDefault();
      if (now >= 0 || options.length === 1) take(combo, options[Math.max(now, 0)]);
      else if (options.length) activate(combo, options[0]);
    } else if (event.key === "Escape" && options.length) {
      event.preventDefault();
      event.stopPropagation();
      shut(combo);
    }
  });
  // Before the field loses focus to it, an option is pressed.
  form.addEventListener("mousedown", (event) => { if (event.target.closest("[role='option']")) event.preventDefault(); });
  form.addEventListener("click", (event) => { const option = event.target.closest("[role='option']"); if (option) take(comboOf(option), option); });
  form.addEventListener("focusout", (event) => {
    const combo = event.target.matches("[data-find]") && comboOf(event.target);
    // Notes below the list (another office's enterprise) are read and answered: they stay.
    if (combo && combo.dataset.combo === "text" && !combo.contains(event.relatedTarget)) setTimeout(() => { if (!combo.contains(document.activeElement)) shut(combo); }, 150);
  });
  function take(combo, option) {
    const input = inputOf(combo);
    if (combo.dataset.combo === "text") {
      input.value = option.dataset.value;
      shut(combo);
      input.dispatchEvent(new Event("change", { bubbles: true }));
      return;
    }
    if ("new" in option.dataset) enterNew(option.dataset.new, option.dataset.newField); else pick(option.dataset.pick);
  }

  // ---------- host: searched, picked, or new ----------
  const host = $("[data-host]");
  const value = host && $("[data-host-value]");
  const isNew = host && $("[data-host-new]");
  function show(state) {
    $("[data-host-search]").hidden = state !== "search";
    $("[data-host-picked]").hidden = state !== "picked";
    $("[data-host-fields]").hidden = state !== "new";
    $(`label[for="host-search"]`).hidden = state === "new";
    isNew.value = state === "new" ? "1" : "";
    if (state !== "picked") value.value = "";
    boxError(byId("div_host-search"), "");
  }
  let named = "";
  function nameAfter(name) {
    const field = $("[data-name-from-host]");
    if (!field) return;
    const usual = name ? name + field.dataset.nameFromHost : "";
    if (!field.value || field.value === named) field.value = usual;
    named = usual;
  }
  async function load(pk) {
    const input = $("#host-search");
    await window.htmx.ajax("GET", `${input.getAttribute("hx-get")}?picked=${encodeURIComponent(pk)}`, { target: "#host-picked", swap: "innerHTML" });
    return $("#host-picked .p-picked");
  }
  async function pick(pk) {
    const card = await load(pk);
    if (!card) return;
    shut($("[data-host-search]"));
    show("picked");
    value.value = pk;
    nameAfter(card.dataset.hostName);
    changed();
    say(`已选定 ${card.dataset.hostName}`);
    const next = $("#s-host ~ .p-sec input:not([type=hidden])") || $("#host-picked button");
    next.focus();
  }
  function enterNew(typed, codeField) {
    shut($("[data-host-search]"));
    show("new");
    const target = form.elements[`host-${codeField || "name"}`];
    const first = form.elements["host-name"];
    if (target && !target.value) target.value = typed;
    first.focus();
    if (!codeField) nameAfter(first.value);
    changed();
    fire(byId("form-alike"), "entry:alike");
    say("登记新的，填写下面各项");
  }
  function backToSearch(words) {
    show("search");
    nameAfter("");
    const input = $("#host-search");
    input.value = words || "";
    input.focus();
    changed();
    if (words) search(input, 0);
  }
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-host-change],[data-host-back],[data-use],[data-other],[data-take]");
    if (!button) return;
    if (button.matches("[data-host-change]")) backToSearch("");
    else if (button.matches("[data-host-back]")) backToSearch(form.elements["host-name"].value);
    else if (button.matches("[data-use]")) pick(button.dataset.use);
    else if (button.matches("[data-other]")) {
      const known = $("[data-acknowledged]");
      known.value = [...known.value.split(",").filter(Boolean), button.dataset.other].join(",");
      const row = button.closest("[data-alike-row]");
      const note = row.closest(".p-note");
      row.remove();
      if (!note.querySelector("[data-alike-row]")) { note.remove(); }
      const name = form.elements["host-name"] || form.elements.name;
      boxError(name.closest(".p-field"), "");
      name.focus();
      changed();
    }
  });
  form.addEventListener("change", (event) => {
    const { target } = event;
    if (target.matches("[data-alike]")) fire(byId("form-alike"), "entry:alike");
    form.querySelectorAll("[data-holders]").forEach((box) => { if (box.dataset.holders === target.id) fire(box, "entry:holders"); });
  });
  form.addEventListener("input", (event) => { if (event.target.name === "host-name" && isNew && isNew.value) nameAfter(event.target.value); });

  // ---------- a draft was put back from this machine ----------
  form.addEventListener("draft:restored", () => {
    if (host) {
      if (value.value) { const pk = value.value; load(pk).then((card) => { if (card) { show("picked"); value.value = pk; named = card.dataset.hostName + "科学技术协会"; check(0); } else show("search"); }); }
      else show(isNew.value ? "new" : "search");
    }
    form.querySelectorAll("[data-holders]").forEach((box) => fire(box, "entry:holders"));
    if (!host || isNew.value) fire(byId("form-alike"), "entry:alike");
    check(0);
  });
  if (host) {
    const card = $("#host-picked .p-picked");
    const usual = $("[data-name-from-host]");
    if (card && usual) named = card.dataset.hostName + usual.dataset.nameFromHost;
    else if (usual && isNew.value) named = form.elements["host-name"].value + usual.dataset.nameFromHost;
  }

  // ---------- a stale form: take what is stored now, field by field ----------
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-take]");
    if (!button) return;
    const texts = JSON.parse(button.dataset.take);
    const fields = [...form.elements].filter((field) => field.name === button.dataset.takeField);
    const back = button.getAttribute("aria-pressed") === "true";
    if (!back) button.dataset.typed = JSON.stringify(fields.filter((field) => !["checkbox", "radio"].includes(field.type) || field.checked).map((field) => field.value));
    const put = back ? JSON.parse(button.dataset.typed) : texts;
    fields.forEach((field) => { if (["checkbox", "radio"].includes(field.type)) field.checked = put.includes(field.value); else field.value = put[0] || ""; });
    button.setAttribute("aria-pressed", String(!back));
    button.textContent = back ? "用现在保存的" : "改回我填的";
    fields[0].dispatchEvent(new Event("change", { bubbles: true }));
    changed();
  });

  showLive();
})();
