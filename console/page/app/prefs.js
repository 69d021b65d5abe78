// What one likes, kept in this browser: theme, time zone, keyboard shortcuts.
import { state, update } from "./store.js";

export function remember() {
  const prefs = { ...state.prefs };
  for (const name of Object.keys(prefs)) prefs[name] = localStorage.getItem(name) ?? prefs[name];
  update({ prefs });
}

export function prefer(name, value) {
  localStorage.setItem(name, value);
  update({ prefs: { ...state.prefs, [name]: value } });
  if (name === "theme") paint(value);
}

// Charts are drawn in the colours of the scheme in force, so they must hear when it changes.
export function schemes() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", () => update({ scheme: scheme() }));
  update({ scheme: scheme() });
}

function paint(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  update({ scheme: scheme() });
}

function scheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  return document.documentElement.dataset.theme ?? (dark ? "dark" : "light");
}
