// Keyboard: "/" to the search, "g" and a letter to a view, "?" for help.
import { go } from "./visit.js";
import { to } from "./route.js";
import { state, update } from "./store.js";

export const PLACES = {
  o: ["/", "Overview"],
  d: ["/delivery", "Delivery"],
  p: ["/otp", "One-time passwords"],
  c: ["/calls", "Calls"],
  e: ["/errors", "Errors"],
  a: ["/alerts", "Alerts"],
  f: ["/fallbacks", "Fallbacks"],
  h: ["/health", "Pipeline health"],
  s: ["/search", "Search"],
  u: ["/audit", "Audit"],
};
const SECOND_KEY_MS = 1500;

let gAt = 0;

export function keys(event) {
  if (state.prefs.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, dialog")) return;
  if (!act(event.key)) return;
  event.preventDefault();
}

function act(key) {
  const second = Date.now() - gAt < SECOND_KEY_MS;
  gAt = key === "g" && !second ? Date.now() : 0;
  if (second && PLACES[key]) go(to(PLACES[key][0], state.route));
  else if (key === "/") document.getElementById("find")?.focus();
  else if (key === "?") update({ dialog: { kind: "help" } });
  else return false;
  return true;
}
