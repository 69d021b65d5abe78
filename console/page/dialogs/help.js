// The keyboard, and a switch for it: single keys get in the way of some who speak to their browser.
import { PLACES } from "../app/keys.js";
import { prefer } from "../app/prefs.js";
import { html } from "../parts/html.js";
import { Dialog } from "./dialog.js";

const OTHERS = [
  [["/"], "Search"],
  [["?"], "This help"],
  [["Esc"], "Close a dialog"],
];

export function HelpDialog({ state, close }) {
  const places = Object.entries(PLACES).map(([key, [, name]]) => [["g", key], name]);
  const changed = (event) => prefer("keys", event.currentTarget.checked ? "on" : "off");
  return html`<${Dialog} title="Keyboard" close=${close}>
    <dl class="keys">${[...OTHERS, ...places].map(
      ([keys, name]) => html`<div>
      <dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${name}</dd>
    </div>`,
    )}</dl>
    <label class="check"><input type="checkbox" checked=${state.prefs.keys === "on"} onChange=${changed} />
      Single-key shortcuts</label>
    <p class="muted">On charts, drag to zoom into a span of time.</p>
  <//>`;
}
