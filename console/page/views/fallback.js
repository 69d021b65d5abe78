// One plan, step by step.
import { to } from "../app/route.js";
import { html } from "../parts/html.js";
import { Read } from "../parts/notice.js";
import { Cause, Result } from "../parts/plan.js";
import { Sign } from "../parts/sign.js";
import { Table } from "../parts/table.js";
import { Tile, Tiles } from "../parts/tile.js";
import { Moment } from "../parts/written.js";
import { moment, took } from "../say/time.js";
import { capital, named, said } from "../say/words.js";

export const needs = ({ route }) => ({
  fallback: { path: `/api/fallbacks/${encodeURIComponent(route.id)}` },
});

export function View({ state }) {
  return html`<div class="view"><p class="up"><a href=${to("/fallbacks", state.route)}>All fallbacks</a></p>
    <${Read} of=${state.data.fallback}>${(plan) => html`
      <div class="standing"><${Result} plan=${plan} />
        <span class="chip still"><span>Product</span> ${said(plan.product)}</span>
        <span class="chip still"><span>Country</span> ${named("country", plan.country)}</span>
        <a class="code" href=${`/search?q=${encodeURIComponent(plan.subject)}`}>${plan.subject}</a></div>
      <${Tiles}>
        <${Tile} name="After" value=${html`<${Cause} plan=${plan} />`} more=${said(plan.error_class)} />
        <${Tile} name="Ended because" value=${capital(said(plan.reason)) || "–"} more=${plan.policy ? `policy ${plan.policy}` : ""} />
        <${Tile} name="Begun" value=${moment(plan.started_at).slice(11)} more=${moment(plan.started_at).slice(0, 10)} />
        <${Tile} name=${plan.dry_run ? "Would have gone out after" : "To first dispatch"} value=${took(plan.first_dispatch_ms)} more="from the news of the failure" />
      <//>
      <section><h2>Steps</h2><${Table} caption="Steps of this plan" columns=${columns(plan)} rows=${plan.steps}
        keyOf=${(step) => `${step.at_ms}${step.step}${step.state}${step.attempt}`} /></section>`}<//></div>`;
}

const columns = (plan) => [
  { key: "at", name: "At", head: true, cell: (step) => html`<${Moment} at=${step.at} />` },
  { key: "step", name: "Step", cell: (step) => said(step.step) || "plan" },
  { key: "state", name: "State", cell: (step) => html`<${State} ...${{ plan, step }} />` },
  { key: "reason", name: "Why", cell: (step) => said(step.reason) },
  { key: "latency", name: "After", num: true, cell: (step) => took(step.latency_ms) },
];

// A dry run writes the steps it would take; nothing of them went out.
function State({ plan, step }) {
  const shown = plan.dry_run && step.state === "dispatched";
  return shown ? html`<${Sign} as="calm" text="Shown, not sent" />` : html`<${Sign} word=${step.state} />`;
}
