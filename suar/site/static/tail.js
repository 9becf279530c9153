/* The live tail: new events on top, the oldest leave at the bottom. Without this file the page comes anew by itself. */
(() => {
  "use strict";
  const body = document.querySelector("[data-tail]");
  const state = document.querySelector("[data-tail-state]");
  const row = document.querySelector("[data-tail-row]");
  if (!body || !state || !row || !window.EventSource) return;
  const MOST = 200;
  const said = (word) => { state.textContent = state.dataset[word]; };
  const names = document.querySelector("[data-tail-names]").content;
  const named = (code) => names.querySelector(`[data-code="${CSS.escape(code)}"]`)?.textContent ?? code;
  const clock = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" };
  const add = (one) => {
    const made = row.content.firstElementChild.cloneNode(true);
    const told = { ...one, giver: named(one.giver), at: new Date(one.at).toLocaleString(document.documentElement.lang, clock), classes: one.classes.join(", "), effect: one.effect || "–" };
    for (const cell of made.querySelectorAll("[data-of]")) cell.textContent = told[cell.dataset.of];
    body.prepend(made);
    while (body.children.length > MOST) body.lastElementChild.remove();
  };
  let source = null;
  let ended = false;
  const open = () => {
    source = new EventSource(body.dataset.tail);
    source.addEventListener("open", () => said("live"));
    source.addEventListener("passed", (event) => {
      document.querySelector("[data-tail-empty]")?.remove();
      for (const one of JSON.parse(event.data)) add(one);
    });
    source.addEventListener("ended", () => { ended = true; source.close(); said("ended"); });
    source.addEventListener("error", () => {
      if (ended) return;
      if (source.readyState === EventSource.CLOSED) { said("full"); setTimeout(open, 30000); } else said("waits");
    });
  };
  open();
  addEventListener("pagehide", () => source?.close());
})();
