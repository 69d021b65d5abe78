// Starts the page: who is here, where, and what is new.
import { get } from "./api.js";
import { keys } from "./keys.js";
import { listen } from "./live.js";
import { loads } from "./loader.js";
import { remember, schemes } from "./prefs.js";
import { state, onChange, update } from "./store.js";
import { arrive, clicked } from "./visit.js";
import { html, render } from "../parts/html.js";
import { Frame } from "../parts/frame.js";
import { needsOf, titleOf } from "../views/index.js";

const root = document.getElementById("app");

onChange((changed) => {
  render(html`<${Frame} state=${changed} />`, root);
  document.title = titleOf(changed);
});

async function start() {
  loads(needsOf);
  remember();
  schemes();
  arrive();
  addEventListener("popstate", arrive);
  addEventListener("click", clicked);
  addEventListener("keydown", keys);
  await enter();
  listen();
}

// Without a session nothing can be read, so this is asked until there is an answer.
async function enter() {
  while (!state.session) {
    try {
      update({ session: await get("/api/session") });
      arrive();
    } catch {
      update({ live: { ...state.live, state: "reconnecting" } });
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

root.replaceChildren();
start();
