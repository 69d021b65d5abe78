// Stopping all fallbacks, and letting them go on. Says what that means before it is done.
import { post } from "../app/api.js";
import { sent } from "../app/sent.js";
import { html } from "../parts/html.js";
import { Form, Reason } from "./form.js";

const KINDS = {
  stop: {
    title: "Stop all fallbacks?",
    act: "Stop all fallbacks",
    danger: true,
    text: "From now on nothing is planned and nothing that was planned goes out; those plans end. What was dispatched already is not taken back.",
    hint: "Wrong policy",
  },
  start: {
    title: "Start fallbacks again?",
    act: "Start fallbacks",
    danger: false,
    text: "New failures are planned for again. Plans that ended by the stop are not taken up.",
    hint: "Policy mended",
  },
};

export function SwitchDialog({ state, close }) {
  const { to } = state.dialog;
  const { title, act, danger, text, hint } = KINDS[to];
  const send = async ({ reason }) => {
    await post(`/api/fallbacks/${to}`, { reason });
    sent("fallbacks");
  };
  return html`<${Form} ...${{ title, act, danger, close, send }}>
    <p>${text}</p>
    <${Reason} hint=${hint} />
  <//>`;
}
