// An address that leads nowhere.
import { html } from "../parts/html.js";

export const needs = () => ({});

export function View() {
  return html`<p class="empty">There is no page at this address. <a href="/">Go to the overview</a></p>`;
}
