// The first look: is anything wrong, since when, and where.
import { during, range } from "../app/range.js";
import { to } from "../app/route.js";
import { DeliveryCharts } from "../charts/delivery.js";
import { AlertRows, gravest } from "../parts/alert_rows.js";
import { Breakdown } from "../parts/breakdown.js";
import { Codes } from "../parts/codes.js";
import { html } from "../parts/html.js";
import { Empty, Read } from "../parts/notice.js";
import { Tile, Tiles } from "../parts/tile.js";
import { count, interval, percent, perSecond, share } from "../say/number.js";
import { took } from "../say/time.js";

export const bar = "all";
const TOP = 8; // rows of a table
const SHOWN = 3; // alerts: the page is about the traffic, too

export const needs = () => ({
  delivery: { path: "/api/delivery", query: { step: "auto" }, ranged: true },
  countries: { path: "/api/breakdown", query: { by: "country" }, ranged: true },
  errors: { path: "/api/errors", ranged: true },
  firing: { path: "/api/alerts", query: { state: "firing", limit: "20" } },
});

export function View({ state }) {
  const { delivery, countries, errors, firing } = state.data;
  const alerts = gravest(firing?.value?.alerts ?? []);
  const marks = alerts.slice(0, SHOWN).map((alert) => ({ at: alert.started_at, tone: "bad" }));
  return html`<div class="view">
    <${Firing} ...${{ state, alerts }} />
    <${Read} of=${delivery}>${(answer) => html`
      <${Figures} ...${{ state, total: answer.total }} />
      ${answer.total.sent ? html`<${DeliveryCharts} ...${{ state, answer, marks }} />` : html`<${Nothing} state=${state} />`}
    `}<//>
    <div class="pair">
      <section><h2><a href=${to("/delivery", state.route)}>By country</a></h2>
        <${Read} of=${countries}>${({ rows }) => html`<${Breakdown} brief by="country" rows=${rows.slice(0, TOP)} route=${state.route} />`}<//></section>
      <section><h2><a href=${to("/errors", state.route)}>Errors</a></h2>
        <${Read} of=${errors}>${({ rows }) => html`<${Codes} brief rows=${rows.slice(0, TOP)} />`}<//></section>
    </div>
  </div>`;
}

export function Nothing({ state, what = "messages were sent" }) {
  const chosen = [...state.route.query.keys()].length > 0;
  return html`<${Empty}>No ${what} ${during(range(state.route))}${chosen ? " in this slice" : ""}.
    ${chosen ? " Take a filter away or choose a longer span." : " Choose a longer span, or see whether the pipeline is "}
    ${!chosen && html`<a href="/health">healthy</a>.`}<//>`;
}

function Firing({ state, alerts }) {
  if (!alerts.length) return null;
  const more = alerts.length - SHOWN;
  return html`<section class="firing" aria-label="Alerts firing">
    <${AlertRows} alerts=${alerts.slice(0, SHOWN)} route=${state.route} />
    ${more > 0 && html`<p class="more"><a href=${to("/alerts", state.route, { state: "firing" })}>${more} more firing</a></p>`}
  </section>`;
}

function Figures({ state, total }) {
  const tick = state.live.tick;
  const fallbacks = tick?.fallbacks ?? {};
  const firing = tick?.firing;
  const times = total.delivered ? total : {};
  return html`<${Tiles}>
    <${Tile} name="Delivered of known" value=${percent(total.rate)} more=${interval(total.low, total.high)} />
    <${Tile} name="Sent" value=${count(total.sent)} more=${tick?.events_per_s == null ? "" : `${perSecond(tick.events_per_s)} events/s now`} />
    <${Tile} name="No outcome yet" value=${percent(share(total.unknown, total.sent))} more=${`${count(total.unknown)} messages`} />
    <${Tile} name="Time to delivery" value=${took(times.p50_ms)} more=${`95th percentile ${took(times.p95_ms)}`} />
    <${Tile} name="Alerts firing" value=${count(firing)} tone=${firing > 0 ? "bad" : ""}
      href=${to("/alerts", state.route)} more=${firing > 0 ? "▲ look into it" : "none"} />
    <${Tile} name="Fallbacks recovered" value=${count(fallbacks.recovered)} href=${to("/fallbacks", state.route)}
      more=${`of ${count(fallbacks.dispatched)} dispatched`} />
  <//>`;
}
