// A kiosk forgets: ten seconds without a touch begin a countdown of twenty, then the "done" form is sent.
// On the start page, where nobody is in, what was typed is cleared instead. Pages from the back button ask the server.
(() => {
  "use strict";
  const bar = document.querySelector("[data-kiosk]");
  if (!bar) return;
  const quiet = Number(bar.dataset.quiet) * 1000;
  const countdown = Number(bar.dataset.countdown);
  const done = bar.querySelector("[data-kiosk-done]");
  const warning = bar.querySelector("[data-kiosk-warning]");
  let touched = Date.now();
  let told = 0;

  function forget() {
    if (done) done.submit();
    else document.querySelectorAll("form").forEach((form) => form.reset());
    touched = Date.now();
  }

  function show(left) {
    if (!warning) return;
    warning.hidden = left === null;
    if (left === null) { told = 0; return; }
    bar.querySelector("[data-kiosk-left]").textContent = left;
    // Read out at the start and once more, not every second.
    if (!told || (told > 10 && left <= 10)) bar.querySelector("[data-kiosk-told]").textContent = window.sayso.say("back_in", { n: left });
    told = left;
  }

  function tick() {
    const idle = Date.now() - touched - quiet;
    const left = Math.ceil(countdown - idle / 1000);
    if (left <= 0) forget();
    else show(idle > 0 ? left : null);
  }

  // Only noted here: hidden at once, the notice would move what the finger is about to meet.
  const touch = () => { touched = Date.now(); };
  for (const kind of ["pointerdown", "keydown", "input", "scroll", "touchstart"]) document.addEventListener(kind, touch, { passive: true, capture: true });
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  setInterval(tick, 250);
})();
