// One figure with its name and what it rests on.
import { html } from "./html.js";

export function Tiles({ children }) {
  return html`<dl class="tiles">${children}</dl>`;
}

export function Tile({ name, value, more, tone = "", href }) {
  const figure = href ? html`<a href=${href}>${value}</a>` : value;
  return html`<div class="tile ${tone}">
    <dt>${name}</dt>
    <dd class="figure">${figure}</dd>
    ${more && html`<dd class="more">${more}</dd>`}
  </div>`;
}
