// j and k go down and up in the inbox; the other letters are data-key buttons inside the item that has the focus.
(() => {
  "use strict";
  const items = () => [...document.querySelectorAll(".inbox__item")];
  const isTyping = (part) => part instanceof Element && part.closest("input, textarea, select");

  document.addEventListener("keydown", (event) => {
    const step = { j: 1, k: -1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("[data-keys-toggle]")?.getAttribute("aria-pressed") === "false") return;
    const all = items();
    if (!all.length) return;
    event.preventDefault();
    const here = all.indexOf(document.activeElement?.closest(".inbox__item"));
    const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
    next.setAttribute("tabindex", "-1");
    next.focus();
  });
})();
