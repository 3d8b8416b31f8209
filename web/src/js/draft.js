// Drafts: what is typed into a form with data-draft is kept in this browser until the server says it is saved, or for
// two weeks. A draft belongs to the person who typed it: the key holds the user, and passwords and files are never kept.
const KEEP = 14 * 24 * 3600 * 1000;
const user = () => document.body.dataset.user || "-";
const nameOf = (key) => `draft:${user()}:${key}`;
const skipped = (el) => !el.name || el.disabled || /^(password|file|hidden|submit|button)$/.test(el.type);

function read(form) {
  const values = {};
  for (const el of form.elements) {
    if (skipped(el)) continue;
    const list = (values[el.name] ??= []);
    if (el.type === "checkbox" || el.type === "radio") {
      if (el.checked) list.push(el.value);
    } else list.push(el.value);
  }
  return values;
}

function write(form, values) {
  const taken = {};
  for (const el of form.elements) {
    if (skipped(el) || !(el.name in values)) continue;
    const list = values[el.name];
    if (el.type === "checkbox" || el.type === "radio") el.checked = list.includes(el.value);
    else {
      const i = taken[el.name] ?? 0;
      taken[el.name] = i + 1;
      if (i < list.length) el.value = list[i];
    }
    el.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// What a form was opened on. A draft keeps it, so that what is typed on an older state of a record is not stored over what
// others have done since: the server compares and shows the difference.
const BASE = ["version", "shown", "seen"];

function readBase(form) {
  const base = {};
  for (const name of BASE) {
    const el = form.querySelector(`input[type=hidden][name=${name}]`);
    if (el) base[name] = el.value;
  }
  return base;
}

function writeBase(form, base) {
  for (const name of BASE) {
    const el = form.querySelector(`input[type=hidden][name=${name}]`);
    if (el && base && name in base) el.value = base[name];
  }
}

function load(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(nameOf(key)));
    return kept && Date.now() - kept.at < KEEP ? kept : null;
  } catch {
    return null;
  }
}

const drop = (key) => localStorage.removeItem(nameOf(key));

function save(form, key, first) {
  const values = read(form);
  if (JSON.stringify(values) === first) return drop(key);
  try {
    localStorage.setItem(nameOf(key), JSON.stringify({ at: Date.now(), values, base: readBase(form) }));
  } catch {
    return;
  }
  const state = form.querySelector("[data-draft-state]");
  if (state) state.textContent = `草稿已保存 ${new Date().toTimeString().slice(0, 5)}`;
}

function attach(form) {
  const key = form.dataset.draft;
  const first = JSON.stringify(read(form));
  const opened = readBase(form);
  const refused = form.querySelector(".problems");
  const kept = load(key);
  if (kept && !refused && JSON.stringify(kept.values) !== first) {
    write(form, kept.values);
    writeBase(form, kept.base);
    form.querySelector("[data-draft-note]")?.removeAttribute("hidden");
  }
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => save(form, key, first), 600);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    save(form, key, first);
  });
  form.querySelector("[data-draft-drop]")?.addEventListener("click", () => {
    drop(key);
    write(form, JSON.parse(first));
    writeBase(form, opened);
    clearTimeout(timer);
    form.querySelector("[data-draft-note]").hidden = true;
  });
}

for (const note of document.querySelectorAll("[data-clear-draft]")) {
  if (note.dataset.clearDraft) drop(note.dataset.clearDraft);
}
for (const form of document.querySelectorAll("form[data-draft]")) {
  if (form.dataset.draft) attach(form);
}
for (const name of Object.keys(localStorage)) {
  if (!name.startsWith("draft:")) continue;
  try {
    if (Date.now() - JSON.parse(localStorage.getItem(name)).at > KEEP) localStorage.removeItem(name);
  } catch {
    localStorage.removeItem(name);
  }
}
