// Puts what the server knows on an even grid of time, so that what is missing shows as missing.

// `columns`: names of the answer's lists to take along. Gives { t, missing, <names> }.
export function onGrid(answer, columns, { from, to }) {
  const { step } = answer;
  const at = new Map(answer.t.map((moment, index) => [moment, index]));
  const t = grid(answer.t, step, from, to);
  const lists = columns.map((name) => [name, t.map((moment) => answer[name][at.get(moment)] ?? null)]);
  return { step, t, missing: runs(t, at, step), ...Object.fromEntries(lists) };
}

// The newest bucket may have only just begun: without data it isn't missing yet.
function grid(known, step, from, to) {
  const first = known[0] <= from && known[0] > from - step ? known[0] : Math.ceil(from / step) * step;
  const last = Math.floor((to - 1) / step) * step;
  const end = known.at(-1) === last ? last : last - step;
  return Array.from({ length: Math.max(0, (end - first) / step + 1) }, (_, n) => first + n * step);
}

function runs(t, at, step) {
  const found = [];
  for (const moment of t) {
    if (at.has(moment)) continue;
    const run = found.at(-1);
    if (run?.to === moment) run.to += step;
    else found.push({ from: moment, to: moment + step });
  }
  return found;
}

// The newest bucket with a value: what a chart says while nobody points at it.
export function newest(list) {
  return list.findLastIndex((value) => value != null);
}
