// Reading aloud by voices that live on this device; writing by voice where the browser can and the house offers it.
// Both are hidden where there is nothing to do them, and nothing depends on them.
(() => {
  "use strict";

  // Reading aloud

  const synthesis = window.speechSynthesis;
  const local = () => (synthesis?.getVoices() ?? []).filter((voice) => voice.localService);
  function offer() {
    for (const button of document.querySelectorAll("[data-aloud]")) button.hidden = !local().length;
  }
  if (synthesis) {
    offer();
    synthesis.addEventListener?.("voiceschanged", offer);
    document.addEventListener("htmx:afterSettle", () => { synthesis.cancel(); offer(); });
    window.addEventListener("pagehide", () => synthesis.cancel());
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-aloud]");
    if (!button) return;
    if (synthesis.speaking) { synthesis.cancel(); return; }
    const part = document.querySelector(button.dataset.aloud);
    const said = new SpeechSynthesisUtterance(part.value ?? part.textContent);
    const language = (part.lang || part.closest("[lang]")?.lang || "en").toLowerCase();
    said.voice = local().find((voice) => voice.lang.toLowerCase().startsWith(language.slice(0, 2))) ?? local()[0];
    said.lang = said.voice.lang;
    synthesis.speak(said);
  });

  // Writing by voice

  const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
  const part = document.querySelector("[data-dictation]");
  if (!Recognition || !part) return;
  part.hidden = false;
  const button = part.querySelector("button");
  const text = document.querySelector(part.dataset.dictation);
  let heard = null;

  const show = (isOn) => {
    button.setAttribute("aria-pressed", String(isOn));
    button.querySelector("[data-label]").textContent = isOn ? button.dataset.stop : button.dataset.start;
  };

  button.addEventListener("click", () => {
    if (heard) { heard.stop(); return; }
    heard = new Recognition();
    heard.lang = document.documentElement.lang;
    heard.continuous = true;
    heard.addEventListener("result", (event) => {
      for (const result of [...event.results].slice(event.resultIndex)) {
        if (!result.isFinal) continue;
        text.value = `${text.value.trimEnd()} ${result[0].transcript.trim()}`.trim();
        text.dispatchEvent(new Event("input", { bubbles: true }));
      }
    });
    heard.addEventListener("end", () => { heard = null; show(false); });
    heard.addEventListener("error", (event) => {
      const name = { "not-allowed": "no_listening", network: "no_voice" }[event.error];
      const words = name && window.sayso.say(name);
      if (words) document.getElementById("announcements").textContent = part.querySelector("[data-told]").textContent = words;
    });
    heard.start();
    show(true);
  });
})();
