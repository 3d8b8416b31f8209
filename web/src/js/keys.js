// Keys of the desk: j/k move, Enter opens, / searches, n makes a new one, ? explains, Ctrl+Enter submits.
const typing = (el) => el.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

const rows = () => [...document.querySelectorAll("main [data-row]")].filter((r) => r.offsetParent);

function move(step) {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((r) => r.classList.contains("at"));
  const next = Math.min(Math.max(now + step, 0), all.length - 1);
  if (now >= 0) all[now].classList.remove("at");
  all[next].classList.add("at");
  all[next].scrollIntoView({ block: "nearest" });
}

function open() {
  const row = document.querySelector("main [data-row].at");
  if (!row) return false;
  const link = row.querySelector("a[href]");
  if (row.dataset.href) location.assign(row.dataset.href);
  else if (link) link.click();
  else return false;
  return true;
}

function pick() {
  const box = document.querySelector("main [data-row].at [data-pick]");
  box?.click();
  return !!box;
}

function press(key) {
  for (const el of document.querySelectorAll("[data-key]")) {
    if (el.dataset.key === key && el.offsetParent) {
      el.click();
      return true;
    }
  }
  return false;
}

const help = () => document.getElementById("keys")?.showModal();

function plain(event) {
  switch (event.key) {
    case "j": move(1); return true;
    case "k": move(-1); return true;
    case "Enter": return !event.target.closest("a, button, summary, input") && open();
    case "x": return pick();
    case "?": help(); return true;
    case "/": {
      const box = document.querySelector("[data-search]");
      box?.focus();
      box?.select();
      return !!box;
    }
    case "n": {
      const to = document.body.dataset.new;
      if (to) location.assign(to);
      return !!to || press("n");
    }
  }
  return press(event.key);
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || document.querySelector("dialog[open]")) return;
  const field = typing(event.target);
  if (field && (event.ctrlKey || event.metaKey) && event.key === "Enter") {
    field.form?.requestSubmit();
    return;
  }
  if (field && event.key === "Escape") {
    field.blur();
    return;
  }
  if (field || event.ctrlKey || event.metaKey || event.altKey) return;
  if (plain(event)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys-help]")) help();
});
