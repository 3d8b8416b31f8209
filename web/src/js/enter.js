// Forms with data-enter="next" are filled from top to bottom by the keyboard: Enter leaves a one-line field for the next
// one, as on paper, and only a button or Ctrl+Enter sends the form.
const fields = (form) => [...form.elements].filter((el) => /^(input|select|textarea)$/i.test(el.tagName) && el.type !== "hidden" && !el.disabled && el.offsetParent && (el.type !== "radio" || el.checked));

const leaves = (event) => event.key === "Enter" && !event.isComposing && !event.ctrlKey && !event.metaKey && event.target.form?.dataset.enter === "next" && /^(input|select)$/i.test(event.target.tagName);

document.addEventListener("keydown", (event) => {
  if (!leaves(event)) return;
  event.preventDefault();
  const form = event.target.form;
  const all = fields(form);
  const next = all[all.indexOf(event.target) + 1] ?? form.querySelector("button[type=submit]:not([tabindex])");
  next?.focus();
});

// What sends a form is the key's press, which may arrive in the field that has just got the focus.
document.addEventListener("keypress", (event) => {
  if (leaves(event)) event.preventDefault();
});

// Where an answer needs a reason, the reason is what one types next.
document.addEventListener("toggle", (event) => {
  if (event.target.matches("details.sheet-more[open]")) event.target.querySelector("textarea")?.focus();
}, true);
