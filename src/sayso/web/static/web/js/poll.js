// Keeps [data-poll-url] fresh: asks every 2.5 s with the last ETag, only while the page is looked at.
(() => {
  "use strict";
  const every = 2500;
  const longest = 30000;

  function openDetails(part) {
    return [...part.querySelectorAll("details[open][id]")].map((details) => details.id);
  }

  function focusMark(part) {
    const active = document.activeElement;
    if (!part.contains(active) || active === part) return null;
    return active.id ? `#${CSS.escape(active.id)}` : active.closest("details[id]") ? `#${CSS.escape(active.closest("details[id]").id)} > summary` : null;
  }

  function replace(part, html) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const opened = openDetails(part);
    const focused = focusMark(part);
    const same = part.id && fresh.getElementById(part.id);
    part.replaceChildren(...(same ?? fresh.body).childNodes);
    for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
    if (focused) document.querySelector(focused)?.focus({ preventScroll: true });
    part.dispatchEvent(new CustomEvent("sayso:fresh", { bubbles: true }));
  }

  function follow(part) {
    let tag = part.dataset.pollEtag || null;
    let wait = every;
    let timer = 0;

    async function ask() {
      timer = 0;
      try {
        const headers = { "HX-Request": "true", ...(tag && { "If-None-Match": tag }) };
        const reply = await fetch(part.dataset.pollUrl, { headers, credentials: "same-origin", cache: "no-store" });
        if (reply.status === 200 && !reply.redirected) {
          replace(part, await reply.text());
          tag = reply.headers.get("ETag");
        }
        wait = reply.ok || reply.status === 304 ? every : Math.min(wait * 2, longest);
      } catch {
        wait = Math.min(wait * 2, longest);
      }
      plan(wait);
    }

    function plan(after) {
      if (timer || document.hidden || !part.isConnected) return;
      timer = setTimeout(ask, after);
    }

    document.addEventListener("visibilitychange", () => {
      clearTimeout(timer);
      timer = 0;
      wait = every;
      plan(0);
    });
    plan(every);
  }

  const start = () => document.querySelectorAll("[data-poll-url]").forEach(follow);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
