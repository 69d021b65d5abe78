// What the page knows, in one place. Views are functions of it; only `update` changes it.

export const state = {
  session: null, // who is logged in, and with which role
  route: null, // view, id and query of the address
  // `at`: when the last tick came, epoch ms; `away`: the server itself does not answer
  // `behind`: for how many ticks in a row records have waited for long
  live: { state: "connecting", away: false, at: 0, behind: 0, tick: null },
  data: {}, // per name: { key, value, error, at, busy }
  prefs: { theme: "system", zone: "utc", keys: "on" },
  scheme: "light", // the colours in force
  menu: false, // on a phone: whether the navigation is unfolded
  dialog: null, // what is being asked, e.g. { kind: "ack", id }
  sent: {}, // actions on their way: "ack:ID", "fallbacks"
  search: { asked: "", value: null, error: null, busy: false },
};

let listener = () => {};
let queued = false;

export function onChange(listen) {
  listener = listen;
}

// Many changes in one turn are drawn once.
export function update(patch) {
  Object.assign(state, patch);
  if (queued) return;
  queued = true;
  queueMicrotask(() => {
    queued = false;
    listener(state);
  });
}
