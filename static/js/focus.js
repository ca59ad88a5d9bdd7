// A click on the photo fills in the two numbers that say what stays in view, and shows the crops.
const percent = (part, whole) => Math.min(100, Math.max(0, Math.round((part / whole) * 100)));

export function start() {
  const whole = document.querySelector("[data-focus]");
  const fields = { x: document.querySelector("input[name=x]"), y: document.querySelector("input[name=y]") };
  const shown = [whole.querySelector("span"), ...document.querySelectorAll("[data-focus-shown]")];
  const show = () => {
    for (const [axis, field] of Object.entries(fields)) {
      const number = field.value.trim() === "" ? 50 : Number(field.value);
      if (!(number >= 0 && number <= 100)) continue;
      for (const one of shown) one.style.setProperty(`--${axis}`, `${number}%`);
    }
  };
  whole.addEventListener("click", (event) => {
    const box = whole.getBoundingClientRect();
    fields.x.value = percent(event.clientX - box.left, box.width);
    fields.y.value = percent(event.clientY - box.top, box.height);
    show();
  });
  for (const field of Object.values(fields)) field.addEventListener("input", show);
  whole.dataset.ready = "";
}
