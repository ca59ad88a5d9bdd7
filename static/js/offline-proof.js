// Checks by itself, without a network, that a voucher's square is genuine. The page says how far.
import { keepPage } from "./keep-page.js";

const KEPT = "laurel-vouchers";
const SQUARE = /\/vouchers\/([^/?#\s]+)#([0-9]+)\.([\w-]+)\.([\w-]+)$/;
const CODE = /^[2-9A-HJKMNP-TV-Z]{17}$/;
const ANYWHERE_MS = 36 * 3_600_000; // a day is over when it is over in the westernmost time zone

class Refused extends Error {}

export function start() {
  const room = document.querySelector("[data-offline-proof]");
  const form = room.querySelector("form");
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    check(room, new FormData(form).get("square"));
    form.querySelector("input").select();
  });
  if (SQUARE.test(location.href)) check(room, location.href);
  keep(room);
}

async function check(room, text) {
  let facts;
  try {
    facts = await prove(room, text.trim());
  } catch (error) {
    if (!(error instanceof Refused)) return say(room, "cannot", "");
    return say(room, "refused", error.message);
  }
  for (const [name, value] of Object.entries(facts)) {
    room.querySelector(`[data-fact="${name}"]`).textContent = value;
  }
  say(room, "genuine", "");
}

function say(room, which, why) {
  for (const part of room.querySelectorAll("[data-answer]")) part.hidden = part.dataset.answer !== which;
  room.querySelector("[data-why]").textContent = why;
}

async function prove(room, square) {
  const words = JSON.parse(room.dataset.words);
  const found = SQUARE.exec(square);
  const code = found?.[1].toUpperCase().replaceAll("-", "");
  if (!found || found[2] !== "1" || !CODE.test(code)) throw new Refused(words.no_proof);
  const said = read(found[3]);
  if (!said) throw new Refused(words.changed);
  const keys = JSON.parse(room.dataset.keys);
  if (!Object.hasOwn(keys, said[0])) throw new Refused(words.unknown_key);
  const signed = new TextEncoder().encode(`laurel voucher 1\n${code}\n${found[3]}`);
  const signature = bytes(found[4]);
  if (!signature) throw new Refused(words.changed);
  const opened = await crypto.subtle.importKey("raw", bytes(keys[said[0]]), "Ed25519", false, ["verify"]);
  if (!(await crypto.subtle.verify("Ed25519", opened, signature, signed))) {
    throw new Refused(words.changed);
  }
  return worded(said);
}

function read(text) {
  try {
    const said = JSON.parse(new TextDecoder().decode(bytes(text)));
    return Array.isArray(said) && said.length === 7 ? said : null;
  } catch {
    return null;
  }
}

// None where it is no base64: a forger's, and no reason to take the browser for too old.
function bytes(text) {
  try {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
  } catch {
    return null;
  }
}

function worded([, number, title, value, currency, lastDay, issuedOn]) {
  const isOver = Date.now() >= Date.parse(lastDay) + ANYWHERE_MS;
  return {
    title,
    number: number.replace(/(.{4})(?=.)/g, "$1-"),
    value: currency ? money(value, currency) : `${value} ${value === 1 ? "use" : "uses"}`,
    issued: day(issuedOn),
    last: day(lastDay) + (isOver ? ", which is over: extended since, or expired" : ""),
  };
}

function money(minor, currency) {
  const form = new Intl.NumberFormat("en-US", { style: "currency", currency });
  return form.format(minor / 10 ** form.resolvedOptions().maximumFractionDigits);
}

function day(text) {
  const form = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" };
  return new Intl.DateTimeFormat("en-GB", form).format(new Date(text));
}

// Keeps this page, so that the worker can hand it out without a network.
async function keep(room) {
  if (await keepPage(KEPT, room.dataset.worker, room.dataset.page)) room.querySelector("[data-kept]").hidden = false;
}
