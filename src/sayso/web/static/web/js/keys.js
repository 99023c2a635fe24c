// Presses the visible button marked data-key="x" when x is typed. Can be switched off, for people who steer by speech.
(() => {
  "use strict";
  const stored = "sayso-letter-keys";
  const isOn = () => { try { return localStorage.getItem(stored) !== "off"; } catch { return true; } };
  // What lies in a closed <details> has rectangles and is not seen.
  const isVisible = (part) => part.getClientRects().length > 0 && (part.checkVisibility?.() ?? true);
  const isTyping = (part) => part instanceof Element && part.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

  function showState() {
    const toggle = document.querySelector("[data-keys-toggle]");
    if (!toggle) return;
    toggle.hidden = !document.querySelector("[data-key]");
    toggle.setAttribute("aria-pressed", String(isOn()));
    toggle.querySelector("[data-keys-state]").textContent = window.sayso.say(isOn() ? "keys_on" : "keys_off");
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    if (!isOn() || isTyping(event.target)) return;
    const wanted = `[data-key="${CSS.escape(event.key.toLowerCase())}"]`;
    const near = document.activeElement?.closest("[data-keys-scope]");
    const part = [...(near ?? document).querySelectorAll(wanted), ...document.querySelectorAll(wanted)].find(isVisible);
    if (!part) return;
    event.preventDefault();
    if (part.matches("details[name][open] > summary")) return; // one of several, and open already: the next key is for it
    if (part.matches("input:not([type=checkbox], [type=radio]), textarea, select")) part.focus();
    else part.click();
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-keys-toggle]")) return;
    try { localStorage.setItem(stored, isOn() ? "off" : "on"); } catch { /* private window: stays on */ }
    showState();
  });

  document.addEventListener("DOMContentLoaded", showState);
  document.addEventListener("htmx:afterSettle", showState);
  if (document.readyState !== "loading") showState();
})();
