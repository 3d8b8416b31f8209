// Small habits of every page.

// A refused form takes the focus to its summary, so that a screen reader reads it first.
document.querySelector("[data-focus]")?.focus();

// A paper begins at the button that prints it. A step that was chosen by its button begins in its first field; the browser goes
// to the fragment of the address late and takes the focus away from what has it.
document.querySelector(".print-bar [data-print]")?.focus();
addEventListener("load", () => setTimeout(() => {
  if (location.hash !== "#act" || document.activeElement !== document.body) return;
  document.querySelector("#deed :is(input:not([type=hidden], [type=file]), select, textarea)")?.focus();
}, 60));

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
  event.target.closest("[data-close-details]")?.closest("details")?.removeAttribute("open");
  // A question closes when one clicks elsewhere.
  for (const box of document.querySelectorAll("details.confirm[open], .nav-toggle[open]")) {
    if (!box.contains(event.target)) box.removeAttribute("open");
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const box of document.querySelectorAll("details.confirm[open], .nav-toggle[open]")) box.removeAttribute("open");
});

// A form is sent once, however often its button is pressed; going back allows it again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
  // The page stays when the answer is a file.
  setTimeout(() => delete form.dataset.sent, 4000);
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Characters left, under long texts with a limit.
for (const area of document.querySelectorAll("textarea[data-count]")) {
  const count = document.createElement("span");
  count.className = "count";
  const show = () => { count.textContent = `${[...area.value].length} / ${area.maxLength}`; };
  area.after(count);
  area.addEventListener("input", show);
  show();
}
