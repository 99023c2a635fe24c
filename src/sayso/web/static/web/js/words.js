// What scripts say, in the language of the page: the sentences stand in data-words, made by the server:
// what many pages say in <body>, what one page says in its part.
(() => {
  "use strict";
  const words = Object.assign({}, ...Array.from(document.querySelectorAll("[data-words]"), (part) => JSON.parse(part.dataset.words)));
  const rules = new Intl.PluralRules(document.documentElement.lang || "en");

  // `n` picks the right form where a language has several; %(name)s is filled from `values`.
  function say(name, values = {}) {
    const told = words[name] ?? "";
    const text = typeof told === "string" ? told : told[rules.select(values.n)] ?? told.other;
    return text.replace(/%\((\w+)\)s/g, (all, key) => values[key] ?? all);
  }

  window.sayso = { ...window.sayso, say };
})();
