// What stands where figures would be: nothing yet, nothing found, or not to be read.
import { html } from "./html.js";

export function Empty({ children }) {
  return html`<p class="empty">${children}</p>`;
}

export function Waiting() {
  return html`<div class="waiting" role="status"><span class="hidden">Loading</span></div>`;
}

export function Trouble({ text }) {
  return html`<div class="trouble" role="alert"><strong>Can't be shown.</strong> ${text}</div>`;
}

// Draws what was read, and says so while it is older than it should be or can't be read at all.
export function Read({ of, children }) {
  if (!of || (of.value == null && !of.error)) return html`<${Waiting} />`;
  if (of.value == null) return html`<${Trouble} text=${of.error} />`;
  return html`<div class=${of.busy ? "read busy" : "read"} aria-busy=${of.busy ? "true" : "false"}>
    ${of.error && html`<p class="old" role="alert">${of.error} The figures below are the last that could be read.</p>`}
    ${children(of.value)}
  </div>`;
}
