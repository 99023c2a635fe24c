// The next card is here before the last one is answered. Takes over the form of the card: the answer goes to the outbox,
// the next card is put in the same place at once. Without an outbox the form goes to the server, as without scripts.
(() => {
  "use strict";
  const { outbox, say } = window.sayso ?? {};
  const place = document.getElementById("card");
  const card = place?.querySelector("[data-card-whole]");
  if (!outbox || !card) return;
  const most = 6; // cards ahead while there is a net: fresh answers choose better ones
  const least = 2; // a quick hand never waits
  const pack = 60; // for when there is none
  const patience = 2500;
  const needed = Number(card.dataset.needed);
  const find = (name) => place.querySelector(`[data-card-${name}]`);

  let now = null; // the card that is shown
  let ahead = [];
  let last = null; // the one answered last, to come back with undo
  let answered = Number(card.dataset.answered);
  let sitting = Number(card.dataset.sitting);
  let isResting = false;
  const done = new Set(); // answered here: a reply or a pack asked for before may still bring them
  let giving = 0; // answers on their way into the outbox
  let underWay = Promise.resolve(); // what was answered last, on its way into the outbox

  const held = () => [now, ...ahead, last].filter(Boolean).map((one) => one.id);
  // Four at a time: drawing them is what costs the server most, and three of four answers then ask for none.
  outbox.wish(() => ({ have: held(), want: ahead.length <= least ? most - ahead.length : 0 }));

  function read() {
    const id = Number(find("id").value);
    if (!id || card.hidden) return null;
    const isTranslated = !find("translated").hidden;
    const shown = find("text").textContent;
    const translation = isTranslated ? { translation: shown, reads: find("text").lang, told: find("translator").textContent } : {};
    return { id, text: isTranslated ? find("original").textContent : shown, ...spokenIn(find(isTranslated ? "original" : "text")), ...translation, topic: find("topic").textContent, is_seed: !find("seed").hidden, is_from_table: !find("table").hidden, name: find("name").textContent, drawn: find("drawn").value };
  }

  // The house's scripts move the focus and say the words after htmx has put something new on the page; so here.
  const settle = (part) => document.dispatchEvent(new CustomEvent("htmx:afterSettle", { detail: { elt: part } }));

  function only(part) {
    for (const one of [card, find("rest"), find("none"), find("none-here"), find("wait")]) one.hidden = one !== part;
  }

  function show(one) {
    now = one;
    isResting = false;
    only(card);
    find("id").value = one.id;
    find("drawn").value = one.drawn;
    const words = showWords(one);
    find("topic").textContent = one.topic;
    find("seed").hidden = !one.is_seed;
    find("table").hidden = !one.is_from_table;
    find("name").textContent = one.name;
    find("signed").hidden = !one.name;
    card.querySelector("[name=is_important]").checked = false;
    card.dataset.announce = words;
    showProgress();
    settle(card);
  }

  // In the language of the page where a machine put them so, with the original beneath; the answer is to the original.
  function showWords(one) {
    const isTranslated = Boolean(one.translation) && one.reads === document.documentElement.lang;
    const words = isTranslated ? one.translation : one.text;
    find("text").textContent = words;
    speakIn(find("text"), isTranslated ? { language: one.reads, direction: document.documentElement.dir } : one);
    find("translated").hidden = !isTranslated;
    find("translator").textContent = one.told ?? "";
    find("details").open = false;
    for (const place of [find("original"), find("aside")]) {
      place.textContent = one.text;
      speakIn(place, one);
    }
    return words;
  }

  function spokenIn(place) {
    return { language: place.lang, direction: place.dir };
  }

  function speakIn(place, { language, direction }) {
    if (language) place.lang = language;
    else place.removeAttribute("lang");
    place.dir = direction || "auto";
  }

  function showEnd() {
    only(find(outbox.isAway() ? "none-here" : "none"));
    showProgress();
    settle(place);
  }

  function rest() {
    isResting = true;
    only(find("rest"));
    find("rest-count").textContent = say("answered", { n: answered });
    find("thanks").dataset.announce = say("thanks", { n: answered });
    showProgress();
    settle(find("rest"));
  }

  function showProgress() {
    find("count").textContent = say("of", { n: (answered % sitting) + 1, all: sitting });
    find("bar").value = answered % sitting;
    find("progress").hidden = card.hidden;
    find("not-yet").hidden = card.hidden || answered >= needed;
    for (const part of place.querySelectorAll("[data-card-where]")) part.hidden = answered < needed;
    find("undo").hidden = !last;
    find("replies").hidden = !last || outbox.isAway();
    if (!last) return;
    find("undone").value = last.id;
    find("replies").href = find("replies").href.replace(/\d+\/$/, `${last.id}/`);
  }

  // What was answered goes from sight at once, whatever the net does.
  function showWait() {
    only(find("wait"));
    showProgress();
    settle(find("wait"));
  }

  async function next() {
    if (!ahead.length) {
      ahead = (await spare()).slice(0, most);
      if (ahead.length) outbox.send(); // the answer goes meanwhile, and what is gone from the pack is told
    }
    if (!ahead.length && !outbox.isAway() && navigator.onLine) {
      if (find("none").hidden) showWait(); // else the page says already that there is none
      await Promise.race([outbox.send(), new Promise((resolve) => setTimeout(resolve, patience))]);
      if (!ahead.length) ahead = await spare();
    }
    const one = ahead.shift();
    if (one) show(one);
    else showEnd();
  }

  // The pack, without what is answered or at hand already.
  async function spare() {
    const known = new Set(held());
    return ((await outbox.kept("cards")) ?? []).filter((one) => !known.has(one.id) && !done.has(one.id));
  }

  async function cross(id) {
    await outbox.keep("cards", ((await outbox.kept("cards")) ?? []).filter((one) => one.id !== id));
  }

  async function answer(stance) {
    const given = now;
    const act = { do: "vote", statement: given.id, stance, is_important: card.querySelector("[name=is_important]").checked, drawn: given.drawn };
    find("told").hidden = true;
    document.querySelector("main > .notices")?.remove();
    last = given;
    done.add(given.id);
    now = null;
    answered += 1;
    giving += 1;
    const isOver = answered % sitting === 0;
    if (isOver) rest();
    else if (ahead.length) show(ahead.shift());
    else showWait();
    await outbox.put(act);
    giving -= 1;
    await Promise.all([cross(given.id), outbox.keep("answered", answered)]);
    if (now || isResting) await outbox.send();
    else await next();
  }

  async function undo() {
    const again = last;
    last = null;
    done.delete(again.id);
    answered = Math.max(answered - 1, 0);
    giving += 1;
    if (now) ahead.unshift(now);
    show(again);
    if (!(await outbox.drop(again.id))) await outbox.put({ do: "undo", statement: again.id });
    giving -= 1;
    await outbox.keep("answered", answered);
    await outbox.send();
  }

  document.addEventListener("sayso:reply", async ({ detail: { hand } }) => {
    if (!hand) return; // no cards were asked for
    // What was merged or hidden since is shown no more; who has it before them keeps it, and is told at the answer.
    ahead = ahead.filter((one) => !hand.gone.includes(one.id));
    if (!hand.left) await outbox.keep("cards", []);
    const known = new Set(held());
    ahead.push(...hand.cards.filter((one) => !known.has(one.id) && !done.has(one.id)));
    sitting = hand.sitting;
    if (giving || (await outbox.count())) return;
    answered = hand.answered;
    if (!isResting) showProgress();
    outbox.keep("answered", answered);
  });

  document.addEventListener("sayso:refused", ({ detail }) => {
    if (detail.do === "say") return;
    find("told").hidden = false;
    find("told").querySelector("span").textContent = detail.error;
  });

  // When the net is back, cards come again by themselves.
  document.addEventListener("sayso:reply", () => {
    if (!find("none-here").hidden) next();
  });

  // Before htmx and before the browser, which listen on the form itself.
  document.addEventListener("submit", (event) => {
    const isVote = event.target.matches("[data-card-vote]");
    const isUndo = event.target.matches("[data-card-undo]") && last;
    if (!isVote && !isUndo) return;
    event.preventDefault();
    event.stopPropagation();
    if (isVote) now ??= read(); // a quick hand, before all is ready
    if (isVote && now) underWay = answer(Number(event.submitter.value));
    else if (isUndo) underWay = undo();
  }, { capture: true });

  async function arrive() {
    await underWay;
    if (await outbox.count()) await outbox.send();
  }

  // A page that depends on what was just answered is opened when the answer is there.
  place.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-card-replies], a[data-card-where], [data-card-where] a");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    await Promise.race([arrive(), new Promise((resolve) => setTimeout(resolve, 3 * patience))]);
    location.assign(link.href);
  });

  find("go-on").addEventListener("click", (event) => {
    event.preventDefault();
    next();
  });

  async function begin() {
    if (!(await outbox.ready)) { showEnd(); return; }
    if (!last) now ??= read();
    if (now || last) {
      await outbox.keep("answered", answered);
      await outbox.send();
    } else if (find("rest").hidden) {
      answered = (await outbox.kept("answered")) ?? answered;
      await outbox.send();
      await next();
    } else {
      isResting = true;
      await outbox.send();
    }
    if (!document.querySelector("[data-device]").dataset.whose) return;
    const idle = window.requestIdleCallback ?? ((work) => setTimeout(work, 2000));
    idle(async () => {
      const cards = await outbox.ask(pack).catch(() => null);
      if (cards) await outbox.keep("cards", cards.filter((one) => !done.has(one.id)));
    }, { timeout: 8000 });
  }
  card.dataset.flow = "on";
  begin();
})();
