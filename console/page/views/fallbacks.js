// Fallbacks: what was planned, what went out, what got through; and the switch for all of them.
import { here, to } from "../app/route.js";
import { underWay } from "../app/sent.js";
import { update } from "../app/store.js";
import { html } from "../parts/html.js";
import { Empty, Read } from "../parts/notice.js";
import { Cause, Result } from "../parts/plan.js";
import { Shape } from "../parts/sign.js";
import { Table } from "../parts/table.js";
import { Tile, Tiles } from "../parts/tile.js";
import { Moment, Sid } from "../parts/written.js";
import { count, percent, share } from "../say/number.js";
import { took } from "../say/time.js";
import { capital, named, result, said } from "../say/words.js";

const SHOWN = ["", "recovered", "not_recovered", "not_sent", "unconfirmed", "none", "open"];

// These figures are shown where there are any.
const RARE = new Set(["unknown", "not_sent", "shown"]);

export const bar = "all";
export const needs = ({ route }) => ({
  fallbacks: {
    path: "/api/fallbacks",
    query: { limit: "100", state: route.query.get("state") ?? "" },
    ranged: true,
  },
});

export function View({ state }) {
  const { route } = state;
  const asked = route.query.get("state") ?? "";
  return html`<div class="view"><${Read} of=${state.data.fallbacks}>${(answer) => html`
    <${Mode} ...${{ state, mode: answer.mode }} />
    <${Totals} totals=${answer.totals} />
    <nav class="tabs" aria-label="Which plans">${SHOWN.map(
      (one) => html`<a href=${here(route, { state: one || null })}
      aria-current=${one === asked ? "true" : undefined}>${one ? result(one) : "All"}</a>`,
    )}</nav>
    <${Plans} ...${{ route, plans: answer.plans }} />`}<//></div>`;
}

const MODES = {
  live: ["good", "Live: due steps go out."],
  "dry run": ["calm", "Dry run: plans are made and shown, nothing is sent."],
  unknown: ["warn", "Whether fallbacks go out is not known: the part does not answer."],
  stopped: ["warn", "Stopped: nothing is planned and nothing goes out."],
};

function Mode({ state, mode }) {
  const [tone, sentence] = MODES[mode] ?? ["calm", capital(mode ?? "not known")];
  const next = mode === "stopped" ? "start" : "stop";
  const ask = () => update({ dialog: { kind: "switch", to: next } });
  const waits = underWay("fallbacks");
  return html`<div class="mode ${tone}"><${Shape} as=${tone} /><span>${sentence}</span>
    ${waits && html`<span class="muted" role="status">Told; workers take it within a second</span>`}
    ${
      state.session.role === "operator" &&
      html`<button type="button" class=${next === "stop" ? "danger" : "primary"} onClick=${ask}>
      ${next === "stop" ? "Stop all" : "Start again"}</button>`
    }</div>`;
}

function Totals({ totals }) {
  const { planned, dispatched, recovered, ...others } = totals;
  const told = Object.entries(others).filter(([name, value]) => value > 0 || !RARE.has(name));
  return html`<${Tiles}>
    <${Tile} name="Planned" value=${count(planned)} />
    <${Tile} name="Dispatched" value=${count(dispatched)} />
    <${Tile} name="Recovered" value=${count(recovered)} more=${`${percent(share(recovered, dispatched))} of dispatched`} />
    ${told.map(([name, value]) => html`<${Tile} name=${capital(said(name))} value=${count(value)} />`)}
  <//>`;
}

function Plans({ route, plans }) {
  if (!plans.length)
    return html`<${Empty}>No plans here. A plan is made when a message or code fails, or stays silent for too long, and a policy covers it.<//>`;
  const columns = [
    {
      key: "at",
      name: "Begun",
      head: true,
      cell: (plan) =>
        html`<a href=${to(`/fallbacks/${encodeURIComponent(plan.id)}`, route)}><${Moment} at=${plan.started_at} /></a>`,
    },
    { key: "result", name: "Result", cell: (plan) => html`<${Result} plan=${plan} />` },
    { key: "reason", name: "Why", cell: (plan) => said(plan.reason) },
    { key: "cause", name: "After", wide: true, cell: (plan) => html`<${Cause} plan=${plan} />` },
    { key: "country", name: "Country", wide: true, cell: (plan) => named("country", plan.country) },
    {
      key: "subject",
      name: "About",
      wide: true,
      cell: (plan) =>
        html`<a href=${`/search?q=${encodeURIComponent(plan.subject)}`}><${Sid} sid=${plan.subject} /></a>`,
    },
    {
      key: "steps",
      name: "Steps",
      wide: true,
      cell: (plan) => plan.steps.map((step) => step.channel || step.action).join(", ") || "–",
    },
    { key: "first", name: "To dispatch", num: true, cell: (plan) => took(plan.first_dispatch_ms) },
  ];
  return html`<${Table} caption="Plans" ...${{ columns, rows: plans }} keyOf=${(plan) => plan.id} />`;
}
