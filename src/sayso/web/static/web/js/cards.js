// After htmx has put something new on the page: moves focus to its [data-focus] part and says its [data-announce] words.
(() => {
  "use strict";
  const announce = (words) => {
    const live = document.getElementById("announcements");
    if (!live || !words) return;
    live.textContent = "";
    setTimeout(() => { live.textContent = words; }, 50);
  };

  document.addEventListener("htmx:afterSettle", (event) => {
    const fresh = event.detail.elt?.isConnected ? event.detail.elt : document.getElementById("main");
    const part = fresh?.matches?.("[data-focus]") ? fresh : fresh?.querySelector("[data-focus]");
    if (part) {
      if (!part.matches("a, button, input, textarea, select")) part.setAttribute("tabindex", "-1");
      part.focus({ preventScroll: true });
      part.scrollIntoView({ block: "nearest" });
    }
    const said = fresh?.matches?.("[data-announce]") ? fresh : fresh?.querySelector("[data-announce]");
    announce(said?.dataset.announce || said?.textContent.trim());
  });

  document.addEventListener("htmx:sendError", () => {
    const words = window.sayso.say("unsent");
    announce(words);
    const main = document.getElementById("main");
    if (!main || main.querySelector("[data-unsent]")) return;
    const notice = document.createElement("p");
    notice.className = "page page--narrow notice notice--error";
    notice.dataset.unsent = "";
    notice.textContent = words;
    main.prepend(notice);
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    document.querySelector("[data-unsent]")?.remove();
    if (event.detail.target?.id === "card") document.querySelector("main > .notices")?.remove(); // it was of before
  });
})();
