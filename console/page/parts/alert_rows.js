// Alerts, one a line: how grave, what, since when, and who has it.
import { now } from "../app/loader.js";
import { to } from "../app/route.js";
import { count } from "../say/number.js";
import { moment, span } from "../say/time.js";
import { briefly, capital } from "../say/words.js";
import { html } from "./html.js";
import { Sign } from "./sign.js";

export function AlertRows({ alerts, route }) {
  return html`<ul class="alerts">${alerts.map((alert) => html`<li key=${alert.id} class=${over(alert) ? "over" : alert.severity}>
    <${Sign} word=${over(alert) ? "resolved" : alert.severity} />
    <a class="title" href=${to(`/alerts/${encodeURIComponent(alert.id)}`, route)}>${capital(briefly(alert.title))}</a>
    <span class="num">${count(alert.affected)} affected</span>
    <span class="since" title=${moment(alert.started_at)}>${since(alert)}</span>
    <span class="who">${alert.silenced ? "silenced " : ""}${alert.acknowledged_by ? `${alert.acknowledged_by} has it` : ""}</span>
  </li>`)}</ul>`;
}

export function over(alert) {
  return alert.state === "resolved";
}

function since(alert) {
  const start = alert.started_at ?? alert.detected_at;
  if (over(alert)) return `${moment(start).slice(5, 16)}, ${span(alert.resolved_at - start)}`;
  return `for ${span(now() - start)}`;
}
