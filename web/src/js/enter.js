// Forms with data-enter="next" are filled from top to bottom by the keyboard: Enter leaves a one-line field for the next
// one, as on paper, and only a button or Ctrl+Enter sends the form.
const fields = (form) => [...form.elements].filter((el) => /^(input|select|textarea)$/i.test(el.tagName) && el.type !== "hidden" && !el.disabled && el.offsetParent && (el.type !== "radio" || el.checked));

document.addEventListener("keydown", (event) => {
  const form = event.target.form;
  if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey || form?.dataset.enter !== "next") return;
  if (!/^(input|select)$/i.test(event.target.tagName)) return;
  event.preventDefault();
  const all = fields(form);
  const next = all[all.indexOf(event.target) + 1] ?? form.querySelector("button[type=submit]:not([tabindex])");
  next?.focus();
});
