// The browser's own words beside a file input are in the browser's language: with script they are covered by ours. The
// input itself stays on top, so that clicking, dropping and the keyboard work as always.
function show(input) {
  const names = input.closest("[data-file]")?.querySelector("[data-file-names]");
  if (!names) return;
  const list = [...input.files].map((f) => f.name);
  names.textContent = list.length > 3 ? `${list.slice(0, 3).join("、")} 等 ${list.length} 个文件` : list.join("、") || "没有选择文件";
}

document.addEventListener("change", (e) => {
  if (e.target.matches?.("[data-file] input[type=file]")) show(e.target);
});

document.addEventListener("reset", (e) => {
  setTimeout(() => e.target.querySelectorAll("[data-file] input[type=file]").forEach(show));
});

addEventListener("pageshow", () => document.querySelectorAll("[data-file] input[type=file]").forEach(show));
