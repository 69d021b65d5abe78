// A state as shape, word and colour, so that none of them has to carry it alone.
import { capital, said, tone } from "../say/words.js";
import { html } from "./html.js";

const SHAPES = {
  good: html`<path d="M2.500 6.500 5 9l4.500-6" />`,
  bad: html`<path class="full" d="M6 1 11.500 11H.5Z" />`,
  warn: html`<path class="full" d="M6 .8 11.200 6 6 11.200.8 6Z" />`,
  calm: html`<circle cx="6" cy="6" r="4" />`,
};

export function Sign({ word, as = tone(word), text = capital(said(word)) }) {
  return html`<span class="sign ${as}"><${Shape} as=${as} />${text}</span>`;
}

export function Shape({ as }) {
  return html`<svg class="shape" viewBox="0 0 12 12" aria-hidden="true">${SHAPES[as]}</svg>`;
}
