// Theme and time zone, as one likes.
import { prefer } from "../app/prefs.js";
import { html } from "./html.js";

const CHOICES = [
  [
    "theme",
    "Theme",
    [
      ["system", "Auto"],
      ["light", "Light"],
      ["dark", "Dark"],
    ],
  ],
  [
    "zone",
    "Time",
    [
      ["utc", "UTC"],
      ["local", "Local"],
    ],
  ],
];

export function Likes({ prefs }) {
  return html`<div class="likes">${CHOICES.map(
    ([name, title, values]) => html`<div class="choice" role="group" aria-label=${title}>
    ${values.map(
      ([value, text]) => html`<button type="button" aria-pressed=${String(prefs[name] === value)}
      onClick=${() => prefer(name, value)}>${text}</button>`,
    )}
  </div>`,
  )}</div>`;
}
