// Notes that an action is on its way: it shows in the data once the pipeline has taken it.
import { load } from "./loader.js";
import { state, update } from "./store.js";

export function sent(name) {
  update({ sent: { ...state.sent, [name]: Date.now() } });
  load(true);
}

// Long enough for a slow pipeline; after that the data alone count.
const WAIT_MS = 30_000;

export function underWay(name) {
  return Date.now() - (state.sent[name] ?? 0) < WAIT_MS;
}
