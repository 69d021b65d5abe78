// The stream of ticks, and an honest word on whether it still comes.
import { get } from "./api.js";
import { load } from "./loader.js";
import { state, update } from "./store.js";

const LATE_MS = 6_000; // three ticks missed
const STALE_MS = 15_000;
const BEHIND_S = 30;
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000];

let source = null;
let tries = 0;
let opening = 0;
let begun = 0; // when the present connection was opened

// A browser gives a server few connections, and a stream takes one for as long as it is open: pages
// in the background do without.
export function listen() {
  document.addEventListener("visibilitychange", () => (document.hidden ? pause() : connect()));
  setInterval(watch, 1000);
  if (!document.hidden) connect();
}

function connect() {
  source?.close();
  begun = Date.now();
  source = new EventSource("/api/stream");
  source.addEventListener("tick", (event) => heard(JSON.parse(event.data)));
  source.addEventListener("error", broken);
  load();
}

function pause() {
  clearTimeout(opening);
  opening = 0;
  source?.close();
  mark("connecting");
}

// Once a second: nothing tells of a connection that has silently died.
function watch() {
  if (document.hidden) return;
  const heardAt = state.live.state === "connecting" ? begun : state.live.at || begun;
  const silent = Date.now() - heardAt;
  if (silent > STALE_MS) mark("stale");
  else if (silent > LATE_MS && state.live.state !== "stale") mark("reconnecting");
  if (!opening && Date.now() - Math.max(begun, state.live.at) > STALE_MS) broken();
}

function heard(tick) {
  const back = state.live.state === "stale" || state.live.state === "reconnecting";
  tries = 0;
  const behind = lags(tick) ? state.live.behind + 1 : 0;
  update({ live: { state: "live", away: false, at: Date.now(), behind, tick } });
  load(back);
}

// Records wait although nothing new was stored for a while.
function lags({ lag, freshness_s: age }) {
  return lag > 0 && age > BEHIND_S;
}

function broken() {
  if (opening) return;
  source.close();
  if (state.live.state === "live") mark("reconnecting");
  opening = setTimeout(again, PAUSES_MS[Math.min(tries++, PAUSES_MS.length - 1)]);
}

// Tells a server that is gone from one that has no news; `get` notices when the session has ended.
async function again() {
  const away = await get("/api/session").then(
    () => false,
    () => true,
  );
  update({ live: { ...state.live, away } });
  opening = 0;
  if (document.hidden) return undefined;
  if (away) return broken();
  if (state.live.state === "stale") load(true);
  return connect();
}

function mark(name) {
  if (state.live.state !== name) update({ live: { ...state.live, state: name } });
}
