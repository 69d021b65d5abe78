// Acknowledging an alert: who looks into it, so that the others can sleep.
import { post } from "../app/api.js";
import { sent } from "../app/sent.js";
import { html } from "../parts/html.js";
import { Form, Reason } from "./form.js";

export function AckDialog({ state, close }) {
  const { id, title } = state.dialog;
  const send = async ({ reason }) => {
    await post(`/api/alerts/${encodeURIComponent(id)}/ack`, { reason });
    sent(`ack:${id}`);
  };
  return html`<${Form} title="Acknowledge this alert" act="Acknowledge" ...${{ close, send }}>
    <p><b>${title}</b></p>
    <p>Reminders stop. Its end, or a turn for the worse, is still told.</p>
    <${Reason} hint="Looking into it with the carrier" />
  <//>`;
}
