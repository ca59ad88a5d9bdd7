// Buttons that copy appear only where copying works.
const SAID_MS = 2_000;

export function start() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) offer(button);
}

function offer(button) {
  const label = button.querySelector("[data-copy-label]") ?? button;
  const words = label.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    label.textContent = "Copied";
    setTimeout(() => { label.textContent = words; }, SAID_MS);
  });
}
