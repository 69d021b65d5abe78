// Moments and SIDs as they stand in tables: whole for who asks, short enough to scan.
import { now } from "../app/loader.js";
import { day, moment } from "../say/time.js";
import { brief } from "../say/words.js";
import { html } from "./html.js";

// In tables and on a phone the date is left out where it is today's.
export function Moment({ at }) {
  if (at == null) return html`<span class="muted">–</span>`;
  const [date, time] = moment(at).split(" ");
  const today = day(at) === day(now());
  return html`<time class=${today ? "moment today" : "moment"}><span class="year">${date.slice(0, 5)}</span><span class="date">${date.slice(5)} </span>${time}</time>`;
}

export function Sid({ sid }) {
  return html`<span class="code" title=${sid}>${brief(sid)}</span>`;
}
