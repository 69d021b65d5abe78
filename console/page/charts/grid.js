// Puts what the server knows on an even grid of time, so that what is missing shows as missing.

// `columns`: names of the answer's lists to take along; where the first of them is null, or a bucket
// is left out, nothing is known yet. Gives { step, t, whole, missing, <names> }; `whole` buckets are over.
export function onGrid(answer, columns, { from, to }) {
  const { step } = answer;
  const [first] = columns;
  const known = answer.t.filter((_, index) => answer[first][index] != null);
  const at = new Map(answer.t.map((moment, index) => [moment, index]));
  const t = grid(answer.t, known, step, { from, to });
  const lists = columns.map((name) => [name, t.map((moment) => answer[name][at.get(moment)] ?? null)]);
  const whole = t.filter((moment) => moment + step <= to).length;
  return { step, t, whole, missing: runs(t, new Set(known), step), ...Object.fromEntries(lists) };
}

// The newest bucket may have only just begun: without data it isn't missing yet.
function grid(told, known, step, { from, to }) {
  const first = told[0] <= from && told[0] > from - step ? told[0] : Math.ceil(from / step) * step;
  const last = Math.floor((to - 1) / step) * step;
  const end = known.at(-1) === last ? last : last - step;
  return Array.from({ length: Math.max(0, (end - first) / step + 1) }, (_, n) => first + n * step);
}

function runs(t, known, step) {
  const found = [];
  for (const moment of t) {
    if (known.has(moment)) continue;
    const run = found.at(-1);
    if (run?.to === moment) run.to += step;
    else found.push({ from: moment, to: moment + step });
  }
  return found;
}

// The newest whole bucket with a value: what a chart says while nobody points at it.
export function newest(list, { t, step }, to) {
  return list.findLastIndex((value, index) => value != null && t[index] + step <= to);
}

export function each(step) {
  return { 60: "minute", 300: "5 minutes", 3600: "hour", 86400: "day" }[step] ?? `${step} s`;
}
