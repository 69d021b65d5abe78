// Which errors, what they mean, and since when.
import { Codes } from "../parts/codes.js";
import { html } from "../parts/html.js";
import { Read } from "../parts/notice.js";

export const bar = "all";
export const needs = () => ({ errors: { path: "/api/errors", ranged: true } });

export function View({ state }) {
  return html`<div class="view"><${Read} of=${state.data.errors}>${({ rows }) => html`<${Codes} ...${{ rows }} route=${state.route} />`}<//></div>`;
}
