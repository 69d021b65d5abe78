// What became of one message, verification or call, event by event, with what was done about it.
import { Empty } from "./notice.js";
import { html } from "./html.js";
import { Sign } from "./sign.js";
import { Moment } from "./written.js";
import { moment, took } from "../say/time.js";
import { brief, label, named, said } from "../say/words.js";

export function Timeline({ summary, events }) {
  return html`<dl class="facts">${Object.entries(summary)
    .filter(([name]) => name !== "sid")
    .map(([name, value]) => html`<div><dt>${label(name)}</dt><dd>${fact(name, value)}</dd></div>`)}</dl>
    ${
      events.length
        ? html`<ol class="timeline">${events.map((event, n) => html`<${Event} key=${event.id} ...${{ event, before: events[n - 1] }} />`)}</ol>`
        : html`<${Empty}>No events are kept of it.<//>`
    }`;
}

function fact(name, value) {
  if (value == null || value === "" || (value === 0 && name.startsWith("error"))) return "–";
  if (name.endsWith("_at")) return moment(value);
  if (name.endsWith("_ms")) return took(value);
  if (Array.isArray(value)) return value.join(", ");
  if (name === "seconds_to_approve") return took(value * 1000);
  return name === "country" ? named(name, value) : brief(String(value));
}

function Plan({ plan_id: id, action, channel }) {
  const step = [said(action), channel].filter(Boolean).join(" by ") || "plan";
  return html`<a href=${`/fallbacks/${encodeURIComponent(id)}`}>fallback: ${step}</a>`;
}

function millis(event) {
  return event.at_ms ?? event.at * 1000;
}

// Late news are worth a word: the event is of then, but nobody knew.
const LATE_S = 10;

function Event({ event, before }) {
  const late = (event.received_at ?? event.at) - event.at;
  const after = before ? took(millis(event) - millis(before)) : "";
  return html`<li>
    <${Moment} at=${event.at} /><span class="after">${after && `+ ${after}`}</span>
    <${Sign} word=${event.status || event.type} />
    <span class="muted">${event.fallback ? html`<${Plan} ...${event.fallback} />` : event.type.replace("com.twilio.", "")}</span>
    <span>${event.error_code > 0 && html`<span class="code">${event.error_code}</span> `}${said(event.meaning)}
      ${late > LATE_S && html` <span class="muted">received ${took(late * 1000)} later</span>`}</span>
  </li>`;
}
