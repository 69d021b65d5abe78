// Alerts, one a line: how grave, what, since when, and who has it.
import { now } from "../app/loader.js";
import { to } from "../app/route.js";
import { count } from "../say/number.js";
import { moment, span } from "../say/time.js";
import { briefly, capital } from "../say/words.js";
import { html } from "./html.js";
import { Sign } from "./sign.js";

export function AlertRows({ alerts, route }) {
  return html`<ul class="alerts">${alerts.map(
    (alert) => html`<li key=${alert.id} class=${over(alert) ? "over" : alert.severity}>
    <${Sign} word=${over(alert) ? "resolved" : alert.severity} />
    <span class="what"><a class="title" href=${to(`/alerts/${encodeURIComponent(alert.id)}`, route)}>${capital(briefly(alert.title))}</a>${whose(alert)}</span>
    <span class="num">${count(alert.affected)} affected</span>
    <span class="since" title=${moment(alert.started_at)}>${since(alert)}</span>
  </li>`,
  )}</ul>`;
}

export function over(alert) {
  return alert.state === "resolved";
}

function whose({ silenced, acknowledged_by: by }) {
  const words = [by && `${by} has it`, silenced && "silenced"].filter(Boolean);
  return words.length > 0 && html` <span class="who">${words.join(", ")}</span>`;
}

// The gravest first: pages before tickets, then by how many messages are affected.
export function gravest(alerts) {
  const weight = ({ severity, affected }) => (severity === "page" ? 1e12 : 0) + (affected ?? 0);
  return [...alerts].sort((a, b) => weight(b) - weight(a));
}

function since(alert) {
  const start = alert.started_at ?? alert.detected_at;
  if (over(alert)) return `${moment(start).slice(5, 16)}, ${span(alert.resolved_at - start)}`;
  return `for ${span(now() - start)}`;
}
