/* Keys, light and dark, filters. Every page works without this file; it only makes the officer quicker. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const keep = (name, value) => { document.cookie = `${name}=${value};path=/;max-age=31536000;samesite=strict`; };
  const at = (selector, from = document) => from.querySelector(selector);

  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const switches = {
    themeSwitch() { root.dataset.theme = dark() ? "light" : "dark"; keep("suar_theme", root.dataset.theme); },
    densitySwitch() { root.dataset.density = root.dataset.density === "dense" ? "" : "dense"; keep("suar_density", root.dataset.density); },
    keysSwitch(button) {
      root.dataset.keys = root.dataset.keys === "off" ? "" : "off";
      keep("suar_keys", root.dataset.keys);
      button.setAttribute("aria-pressed", String(root.dataset.keys !== "off"));
    },
    print() { window.print(); },
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    for (const [name, act] of Object.entries(switches)) if (name in button.dataset) act(button);
  });

  /* A group of rooms closes when the reader goes on elsewhere. */
  document.addEventListener("click", (event) => {
    for (const group of document.querySelectorAll(".frame__group[open]")) if (!group.contains(event.target)) group.open = false;
  });

  /* Single keys may be switched off (WCAG 2.1.4); they never fire while somebody types. Esc always works. */
  const typing = (element) => element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
  let going = false;
  const press = (element) => {
    if (element.matches("details")) {
      element.open = !element.open;
      if (element.open) at("textarea, select, input:not([type=hidden])", element)?.focus();
    } else if (element.matches("textarea, select, input[type=text]")) element.focus();
    else element.click();
  };
  document.addEventListener("keydown", (event) => {
    const keys = document.getElementById("keys");
    if (event.key === "Escape" && !keys?.open) return goBack(event.target);
    if (event.repeat) return; /* a key held down decides once, never also what comes next */
    if (event.ctrlKey || event.altKey || event.metaKey || root.dataset.keys === "off" || keys?.open || typing(event.target)) return;
    if (going) {
      going = false;
      return at(`[data-go="${CSS.escape(event.key)}"]`)?.click();
    }
    if (event.key === "g") { going = true; setTimeout(() => { going = false; }, 1500); return; }
    const meant = event.key === "/" ? at("main [data-search]") ?? at("[data-search]") : null;
    if (meant) { event.preventDefault(); meant.focus(); meant.select(); return; }
    if (event.key === "?") return keys?.showModal();
    if (event.key === "n" && at("[data-next]")) return at("[data-next]").click();
    const act = at(`[data-key="${CSS.escape(event.key)}"]`);
    if (act) { event.preventDefault(); press(act); }
  });
  const goBack = (from) => {
    const open = from.closest("details.act[open], details.frame__group[open]");
    if (open) { open.open = false; at("summary", open).focus(); return; }
    if (typing(from)) { from.blur(); return; }
    const back = at("[data-back]");
    if (back) back.click();
  };

  /* After an answer or an error the reader stands at its head. */
  const arrive = (from) => at("[data-focus]", from)?.focus({ preventScroll: false });
  const fillFilters = (from) => {
    for (const filter of from.querySelectorAll("[data-timeline-filter]")) {
      const list = at("[data-timeline]", filter.closest("section"));
      if (!list || filter.options.length > 1) continue;
      const names = new Map();
      for (const item of list.children) names.set(item.dataset.source, at(".moj-timeline__description", item).textContent.split(" · ")[0]);
      for (const [code, name] of names) filter.add(new Option(name, code));
      filter.addEventListener("change", () => {
        for (const item of list.children) item.hidden = Boolean(filter.value) && item.dataset.source !== filter.value;
      });
    }
  };
  fillFilters(document);
  arrive(document);
  /* A masked field that was opened closes again by itself. */
  const closing = (from) => {
    for (const shown of from.querySelectorAll("[data-closes]")) setTimeout(() => { shown.textContent = shown.dataset.closed; }, shown.dataset.closes * 1000);
  };
  document.addEventListener("htmx:afterSwap", (event) => { fillFilters(event.target); arrive(event.target); closing(event.target); });

  const line = at("[data-line-word]")?.closest(".frame__line");
  const told = line?.dataset.line;
  const connection = () => { if (line) line.dataset.line = navigator.onLine ? told : "offline"; };
  addEventListener("online", connection);
  addEventListener("offline", connection);
})();
