// Checks a receipt against the ballot record, in this browser: the receipt is sent nowhere and kept nowhere.
// The same steps as `sayso check-ballot`: custody/ballots/receipt.py, record.py and tree.py say what they are.

const say = (name, values) => window.sayso.say(name, values);
const SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SECRET_SIGNS = 32;
const CHECK_SIGNS = 4;
const NAMES = { 1: "agree", 0: "pass", "-1": "disagree" };
const text = new TextEncoder();

const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function fromSigns(signs) {
  const bytes = [];
  let bits = 0;
  let value = 0;
  for (const sign of signs) {
    value = (value << 5) | SIGNS.indexOf(sign);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 255);
      value &= (1 << bits) - 1;
    }
  }
  return new Uint8Array(bytes);
}

function toSigns(bytes, length) {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return bits.match(/.{5}/g).slice(0, length).map((five) => SIGNS[parseInt(five, 2)]).join("");
}

async function readReceipt(typed) {
  const plain = typed.toUpperCase().replace(/[^0-9A-Z]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  if (plain.length !== SECRET_SIGNS + CHECK_SIGNS) throw new Error(say("receipt_length", { n: plain.length }));
  if (plain.includes("U")) throw new Error(say("receipt_u"));
  const secret = fromSigns(plain.slice(0, SECRET_SIGNS));
  const check = toSigns(await sha256(joined(text.encode("receipt "), secret)), CHECK_SIGNS);
  if (check !== plain.slice(SECRET_SIGNS)) throw new Error(say("receipt_wrong"));
  return crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

async function markOf(key, statement) {
  const whole = await crypto.subtle.sign("HMAC", key, text.encode(`vote on ${statement}`));
  return hex(new Uint8Array(whole)).slice(0, 32);
}

function linesOf(record) {
  const lines = [`${record.format}|${record.engagement}|${record.counted_to}`];
  for (const told of record.statements) {
    lines.push(`statement|${told.statement}|${told.agree}|${told.pass}|${told.disagree}`);
    for (const [mark, stance] of told.ballots) lines.push(`ballot|${told.statement}|${mark}|${stance}`);
  }
  return lines;
}

async function rootOf(lines) {
  let level = await Promise.all(lines.map((line) => sha256(joined([0], text.encode(line)))));
  while (level.length > 1) {
    const above = [];
    for (let i = 0; i < level.length; i += 2) above.push(i + 1 < level.length ? sha256(joined([1], level[i], level[i + 1])) : level[i]);
    level = await Promise.all(above);
  }
  return hex(level[0]);
}

function faultsOf(record) {
  const faults = [];
  for (const told of record.statements) {
    const counts = { agree: 0, pass: 0, disagree: 0 };
    for (const [, stance] of told.ballots) counts[NAMES[stance]] += 1;
    if (Object.keys(counts).some((name) => counts[name] !== told[name])) faults.push(say("ballots_sum", { statement: told.statement }));
    if (new Set(told.ballots.map(([mark]) => mark)).size < told.ballots.length) faults.push(say("ballots_twice", { statement: told.statement }));
  }
  return faults;
}

async function check(part, input, tell) {
  const key = await readReceipt(input.value);
  tell(say("ballots_counting"));
  const reply = await fetch(part.dataset.recordUrl, { credentials: "same-origin", cache: "no-store" });
  if (!reply.ok) throw new Error(say("ballots_no_record"));
  const record = await reply.json();
  const faults = faultsOf(record);
  const root = await rootOf(linesOf(record));
  if (root !== record.root || root !== document.querySelector("[data-root]").textContent.trim()) faults.push(say("ballots_root"));
  let found = 0;
  for (const told of record.statements) {
    const mark = await markOf(key, told.statement);
    const ballot = told.ballots.find(([other]) => other === mark);
    if (ballot) found += 1;
    show(told.statement, ballot && NAMES[ballot[1]]);
  }
  const nVotes = record.statements.reduce((sum, told) => sum + told.ballots.length, 0);
  const words = faults.length ? say("ballots_wrong", { faults: faults.join(" ") }) : say("ballots_found", { n: found, all: nVotes });
  tell(words, faults.length > 0);
}

function show(statement, name) {
  const slip = document.querySelector(`[data-statement="${CSS.escape(statement)}"]`);
  const own = slip?.querySelector("[data-own]");
  if (!own) return;
  slip.querySelector("[data-server-told]")?.setAttribute("hidden", "");
  own.textContent = say(`ballots_${name || "none"}`);
  own.className = name ? `mark mark--${name}` : "mark";
  own.hidden = false;
}

const part = document.querySelector("[data-check-ballot]");
if (part) {
  const input = part.querySelector("input");
  const told = part.querySelector("[data-check-told]");
  const tell = (words, isWrong = false) => {
    told.textContent = words;
    told.className = isWrong ? "error" : "";
  };
  const begin = () => check(part, input, tell).catch((problem) => tell(problem.message, true));
  if (globalThis.crypto?.subtle) {
    part.querySelector("[data-check-form]").hidden = false;
    part.querySelector("[data-check-now]").addEventListener("click", begin);
    input.addEventListener("keydown", (event) => event.key === "Enter" && begin());
  } else {
    tell(say("ballots_https"));
  }
}
