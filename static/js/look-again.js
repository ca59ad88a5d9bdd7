// What a worker prepares shows by itself: looks a few times, then leaves it to the person.
const WAITS_S = [1, 2, 3, 5, 8, 13, 21];

export async function start() {
  follow(document.querySelector("[data-look-again]"));
}

async function follow(line) {
  const state = line.dataset.lookAgain;
  for (const seconds of WAITS_S) {
    await new Promise((done) => setTimeout(done, seconds * 1_000));
    if (document.visibilityState !== "visible") continue;
    if (![state, undefined].includes(await stateNow())) return location.reload();
  }
}

// The state the page would show now; "" when there is nothing more to wait for, undefined when it failed.
async function stateNow() {
  try {
    const answer = await fetch(location.href);
    if (!answer.ok || answer.redirected) return undefined;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector("[data-look-again]")?.dataset.lookAgain ?? "";
  } catch {
    return undefined;
  }
}
