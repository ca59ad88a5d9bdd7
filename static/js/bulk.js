// Counts what is selected for a bulk deed.
export function start() {
  for (const form of document.querySelectorAll("form[data-bulk]")) count(form);
}

function count(form) {
  const boxes = () => [...form.elements].filter((box) => box.type === "checkbox");
  const all = form.elements.namedItem("all");
  const line = form.querySelector("[data-bulk-count]");
  const show = () => {
    const chosen = boxes().filter((box) => box.checked).length;
    const some = chosen ? `${chosen} selected` : "Nothing selected";
    line.textContent = all?.checked ? "All selected" : some;
  };
  for (const box of boxes()) box.addEventListener("change", show);
  show();
}
