// What a fallback plan came to, and what it was made for.
import { result, said, tone } from "../say/words.js";
import { html } from "./html.js";
import { Sign } from "./sign.js";

export function Result({ plan }) {
  const word = plan.result || plan.state;
  return html`<${Sign} as=${tone(word)} text=${result(word)} />`;
}

export function Cause({ plan }) {
  const code = plan.error_code ? html`<span class="code">${plan.error_code}</span>` : "";
  return html`${said(plan.cause)} ${plan.first_channel} ${code}`;
}
