// Lists whose rows can be picked: the bar says how many are, and picks all of them. A bar without a picked row does nothing.
const picks = (form) => [...document.querySelectorAll("[data-pick]")].filter((box) => box.form === form && box.offsetParent);

function show(form) {
  const all = picks(form);
  const n = all.filter((box) => box.checked).length;
  form.querySelector("[data-bulk-count]").textContent = n ? `已选 ${n} 件` : "勾选后批量处理";
  form.querySelector("[data-bulk-all]").textContent = n && n === all.length ? "取消全选（X）" : "全选（X）";
  form.classList.toggle("bulk-on", n > 0);
  for (const button of form.querySelectorAll("button[type=submit]")) button.disabled = n === 0;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-pick]")) show(event.target.form);
});

document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-bulk-all]")?.form;
  if (!form) return;
  const all = picks(form);
  const on = all.some((box) => !box.checked);
  for (const box of all) box.checked = on;
  show(form);
});

// Going back shows the boxes as they were left.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form.bulk")) show(form);
});
for (const form of document.querySelectorAll("form.bulk")) show(form);
