// Searching: a SID becomes part of the address, a phone number stays in memory only.
import { post } from "./api.js";
import { to } from "./route.js";
import { state, update } from "./store.js";
import { go } from "./visit.js";

const SID = /^[A-Z]{2}[0-9a-f]{32}$/i;

export function isSid(text) {
  return SID.test(text);
}

export function find(asked) {
  const query = isSid(asked) ? { q: asked } : {};
  update({ search: { asked, value: null, error: null, busy: true } });
  go(to("/search", { query: new URLSearchParams() }, query));
  ask(asked);
}

// A deep link names its SID in the address.
export function follow(route) {
  const asked = route.query.get("q");
  if (route.view !== "search" || !asked || asked === state.search.asked) return;
  update({ search: { asked, value: null, error: null, busy: true } });
  ask(asked);
}

async function ask(asked) {
  try {
    answer(asked, { value: await post("/api/search", { q: asked }), error: null });
  } catch (error) {
    answer(asked, { value: null, error: error.message });
  }
}

// An answer that comes after the next question is of no use.
function answer(asked, found) {
  if (state.search.asked === asked) update({ search: { asked, busy: false, ...found } });
}
