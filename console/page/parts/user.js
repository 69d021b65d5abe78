// Who is logged in, and out again.
import { post, login } from "../app/api.js";
import { update } from "../app/store.js";
import { html } from "./html.js";

export function User({ session }) {
  return html`<div class="user">
    <p><b>${session.user}</b><span>${session.role}</span></p>
    <button type="button" class="quiet" onClick=${leave}>Log out</button>
    <button type="button" class="quiet" onClick=${() => update({ dialog: { kind: "help" } })}>Keyboard</button>
    <p class="version">Version ${session.version}</p>
  </div>`;
}

async function leave() {
  await post("/logout", {}).catch(() => {});
  login();
}
