// Going from view to view without loading the page anew.
import { load } from "./loader.js";
import { parse } from "./route.js";
import { state, update } from "./store.js";

export function go(address, { replace = false } = {}) {
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  arrive();
}

export function arrive() {
  const before = state.route;
  const route = parse(location);
  update({ route, menu: false, dialog: null });
  load();
  if (before && (before.view !== route.view || before.id !== route.id)) queueMicrotask(lead);
}

// Links inside the page; with a modifier key the browser does what it always does.
export function clicked(event) {
  const link = event.target.closest("a[href^='/']");
  if (!link || event.defaultPrevented || event.button !== 0 || link.target) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(link.getAttribute("href"));
}

// A new view begins at its heading, for eyes and for screen readers.
function lead() {
  requestAnimationFrame(() => {
    window.scrollTo(0, 0);
    document.querySelector("h1")?.focus({ preventScroll: true });
  });
}
