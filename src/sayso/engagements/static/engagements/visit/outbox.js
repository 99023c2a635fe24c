// What was given on this device and has not arrived yet, kept in IndexedDB, sent in order and once: each act has a number
// of its own that the server knows again. Only on devices of one's own: elsewhere there is no [data-device] on the page.
(() => {
  "use strict";
  const device = document.querySelector("[data-device]");
  if (!device || !window.indexedDB || !window.crypto?.getRandomValues) return;
  let { whose, slug, acts: url } = device.dataset;
  const shortest = 2000;
  const longest = 60000;

  const opened = new Promise((resolve, reject) => {
    const asked = indexedDB.open("sayso", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("acts", { keyPath: "n", autoIncrement: true });
      asked.result.createObjectStore("kept", { keyPath: "key" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

  async function within(store, mode, work) {
    const db = await opened;
    return new Promise((resolve, reject) => {
      const transaction = db.transaction(store, mode);
      const asked = work(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(asked?.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }

  const all = async () => (await within("acts", "readonly", (store) => store.getAll())).filter((act) => act.slug === slug);
  const keep = (name, value) => within("kept", "readwrite", (store) => store.put({ key: `${slug} ${name}`, whose, value }));
  const kept = async (name) => (await within("kept", "readonly", (store) => store.get(`${slug} ${name}`)))?.value;

  // Somebody else's things go before anything is shown: who comes in next on this device shall not meet them.
  async function settle() {
    if (!whose) { // the page for when there is no net, which is about nobody
      const owner = await within("kept", "readonly", (store) => store.get(`${slug} owner`));
      whose = owner?.whose ?? "";
      return Boolean(whose);
    }
    for (const store of ["acts", "kept"]) {
      const rows = await within(store, "readonly", (kind) => kind.getAll());
      const others = rows.filter((row) => row.slug === slug || row.key?.startsWith(`${slug} `)).filter((row) => row.whose !== whose);
      for (const row of others) await within(store, "readwrite", (kind) => kind.delete(row.n ?? row.key));
    }
    await keep("owner", true);
    return true;
  }
  const ready = settle();

  const number = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const token = () => document.cookie.match(/(?:^|; )sayso_csrf=([^;]+)/)?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`sayso:${name}`, { detail }));

  async function put(act) {
    const row = { ...act, act: number(), whose, slug };
    await within("acts", "readwrite", (store) => store.add(row));
    await showWaiting();
    return row.act;
  }

  // An answer that is still here needs no second act to take it back. True when it was.
  async function drop(statement) {
    const mine = (await all()).filter((act) => act.do === "vote" && act.statement === statement).pop();
    if (!mine || sending.has(mine.act)) return false;
    await within("acts", "readwrite", (store) => store.delete(mine.n));
    await showWaiting();
    return !sending.has(mine.act); // it may have been on its way out before it was gone from here
  }

  let wishes = () => ({ have: [], want: 0 }); // cards, when somebody shows them
  const sending = new Set();
  let under = null;
  let wait = shortest;
  let timer = 0;
  let isAway = false;

  // What came back, or null when nothing did. One at a time; whoever asks meanwhile gets the same answer.
  function send() {
    under ??= sendAll().finally(() => { under = null; });
    return under;
  }

  async function sendAll() {
    await ready;
    let told = null;
    for (;;) {
      const waiting = (await all()).slice(0, 50);
      if (told && !waiting.length) return told;
      waiting.forEach((act) => sending.add(act.act));
      try {
        const reply = await post(waiting);
        if (!reply.ok) return away(reply.status);
        told = { ...(await reply.json()), n: waiting.length };
        if (!(await settled(waiting, told))) return away(500);
      } catch {
        return away(0);
      } finally {
        // Only now: while it still lies here, a vote that has arrived looks like one that could just be dropped.
        waiting.forEach((act) => sending.delete(act.act));
      }
      isAway = false;
      wait = shortest;
      await showWaiting();
      tell("reply", told); // and looks again: what was put here meanwhile has nobody else to send it
    }
  }

  function post(waiting) {
    const { have, want } = wishes();
    const body = JSON.stringify({ acts: waiting.map(({ n, whose: _, slug: __, ...act }) => act), have, want, whose });
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token() };
    const signal = AbortSignal.timeout?.(20000);
    return fetch(url, { method: "POST", headers, body, credentials: "same-origin", cache: "no-store", signal });
  }

  // What was taken or refused goes from here; false when that is none of all that were sent.
  async function settled(waiting, told) {
    const done = new Map([...told.taken.map((act) => [act, null]), ...told.refused.map((one) => [one.act, one.error])]);
    for (const act of waiting.filter((one) => done.has(one.act))) {
      await within("acts", "readwrite", (store) => store.delete(act.n));
      const error = done.get(act.act);
      if (error) tell("refused", { ...act, error });
      else tell("taken", act);
    }
    return !waiting.length || waiting.some((act) => done.has(act.act));
  }

  // Cards for later, without disturbing what is under way.
  async function ask(want) {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token() };
    const reply = await fetch(url, { method: "POST", headers, body: JSON.stringify({ want, whose }), credentials: "same-origin", cache: "no-store" });
    return reply.ok ? (await reply.json()).hand.cards : null;
  }

  async function away(status) {
    isAway = true;
    await showWaiting(status);
    tell("away", { status });
    clearTimeout(timer);
    if (await count()) timer = setTimeout(() => send(), wait);
    wait = Math.min(wait * 2, longest);
    return null;
  }

  const count = async () => (await all()).length;

  async function showWaiting(status = 0) {
    const part = document.querySelector("[data-waiting]");
    if (!part) return;
    const waiting = await all();
    const votes = new Set(waiting.filter((act) => act.do !== "say").map((act) => act.statement)).size;
    const said = waiting.filter((act) => act.do === "say").length;
    const say = window.sayso.say;
    part.hidden = !(votes + said) || !isAway;
    if (part.hidden) return;
    const [answers, statements] = [say("answers", { n: votes }), say("statements", { n: said })];
    const what = votes && said ? say("both", { answers, statements }) : votes ? answers : statements;
    const door = status === 401 || status === 403 || status === 404;
    const text = say(`wait_${door ? "door" : "net"}${votes + said === 1 ? "_one" : ""}`, { what });
    const place = part.querySelector("[data-waiting-words]");
    if (place.textContent !== text) place.textContent = text;
    part.querySelector("[data-waiting-door]").hidden = !door;
  }

  window.addEventListener("online", () => { wait = shortest; send(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && isAway) send(); });

  // All of it goes, at the sign-out; nothing is left that the next person could open.
  async function forget() {
    const db = await opened;
    db.close();
    await new Promise((resolve) => { const asked = indexedDB.deleteDatabase("sayso"); asked.onsuccess = asked.onerror = asked.onblocked = resolve; });
  }

  window.sayso = { ...window.sayso, outbox: { ready, put, drop, send, count, keep, kept, forget, whose: () => whose, slug, isAway: () => isAway, wish: (what) => { wishes = what; }, ask } };
  ready.then(async () => { if (await count()) { isAway = true; await showWaiting(); isAway = false; send(); } });
})();
