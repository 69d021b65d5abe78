// Reads what the open view needs, and again when the pipeline moves on.
import { get } from "./api.js";
import { filters } from "./route.js";
import { pace, range, span } from "./range.js";
import { state, update } from "./store.js";

const running = new Map(); // name -> { key, stop }
let needsOf = () => ({});

// `needs` tells what the open view reads, by name; it is given so that views may import from here.
export function loads(needs) {
  needsOf = needs;
}

export function now() {
  return state.live.tick?.now ?? state.session?.now ?? Math.floor(Date.now() / 1000);
}

// Called after every change of the address and on every tick; `force` asks at once.
export function load(force = false) {
  if (!state.session || document.hidden) return;
  for (const [name, need] of Object.entries(needsOf(state))) {
    const key = keyOf(need);
    const had = state.data[name];
    const fresh = had?.key === key && !force && Date.now() - had.at < paceOf(need);
    if (fresh || running.get(name)?.key === key) continue;
    running.get(name)?.stop.abort();
    read(name, need, key);
  }
}

async function read(name, need, key) {
  const stop = new AbortController();
  running.set(name, { key, stop });
  if (state.data[name]?.key !== key) begin(name, need);
  try {
    note(name, { key, value: await get(urlOf(need), stop.signal), error: null, at: Date.now() });
  } catch (error) {
    if (error.name === "AbortError") return;
    const value = state.data[name]?.key === key ? state.data[name].value : null;
    note(name, { key, value, error: error.message, at: state.data[name]?.at ?? 0 });
  }
  if (running.get(name)?.stop === stop) running.delete(name);
}

// What was read of the same thing in another slice or span is shown, dimmed, until its successor is
// there; another thing never is: nobody shall acknowledge the alert they looked at before.
function begin(name, need) {
  const had = state.data[name];
  const same = had?.key?.startsWith(`${need.path}?`);
  update({ data: { ...state.data, [name]: same ? { ...had, busy: true } : undefined } });
}

function note(name, found) {
  update({ data: { ...state.data, [name]: { busy: false, ...found } } });
}

function keyOf(need) {
  return `${need.path}?${asked(need)}${need.ranged ? range(state.route).key : ""}`;
}

function urlOf(need) {
  const query = asked(need);
  if (need.ranged) {
    const { from, to } = span(range(state.route), now());
    query.set("from", from);
    query.set("to", to);
  }
  const text = query.toString();
  return text ? `${need.path}?${text}` : need.path;
}

function asked(need) {
  const query = new URLSearchParams(need.query ?? {});
  if (need.ranged) for (const [key, value] of filters(state.route)) query.append(key, value);
  return query;
}

function paceOf(need) {
  return need.every ?? (need.ranged ? pace(range(state.route)) : 0);
}
