// Puts the cards of one engagement where its tag stands:
// <script src="https://say.example.org/embed.js" data-engagement="…" async></script>
// It adds one frame, and hears from it how high it is. It reads nothing of the page around it.
(() => {
  "use strict";
  const tag = document.currentScript;
  const slug = tag?.dataset.engagement ?? "";
  if (!/^[a-z0-9_-]+$/i.test(slug)) return;
  const home = new URL(tag.src).origin;
  const frame = document.createElement("iframe");
  frame.title = tag.dataset.title ?? "Have your say";
  frame.width = "100%";
  frame.height = "480";
  frame.loading = "lazy";
  frame.referrerPolicy = "no-referrer";
  frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox");
  frame.style.border = "0";
  frame.style.maxWidth = "40rem";
  frame.src = `${home}/e/${slug}/embed/`;
  window.addEventListener("message", (event) => {
    if (event.origin !== home || event.source !== frame.contentWindow) return;
    const height = event.data?.saysoHeight;
    if (Number.isInteger(height) && height > 0 && height <= 4000) frame.height = String(height);
  });
  tag.after(frame);
})();
