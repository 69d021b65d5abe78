// The span of time a view is about: the last so long, or from a moment to another.

export const RANGES = [
  ["15m", "15 min", 900],
  ["1h", "1 hour", 3600],
  ["6h", "6 hours", 21_600],
  ["24h", "24 hours", 86_400],
  ["7d", "7 days", 604_800],
];
const USUAL = RANGES[1];

export function range(route) {
  const [from, to] = ["from", "to"].map((key) => Number.parseInt(route.query.get(key) ?? "", 10));
  if (from > 0 && to > from) return { from, to, key: `${from}-${to}`, seconds: to - from };
  const [key, , seconds] = RANGES.find(([one]) => one === route.query.get("range")) ?? USUAL;
  return { from: null, to: null, key, seconds };
}

// From a whole minute on, so that equal ranges of many pages are one query for the server.
export function span(chosen, now) {
  if (chosen.from) return { from: chosen.from, to: chosen.to };
  return { from: Math.floor((now - chosen.seconds) / 60) * 60, to: now };
}

// How often a span is worth reading again, in ms: the longer it is, the less a moment changes it.
export function pace(chosen) {
  if (chosen.from) return 60_000;
  if (chosen.seconds <= 3600) return 0;
  return chosen.seconds <= 21_600 ? 10_000 : 30_000;
}

// "in this hour", for sentences about what was not found.
export function during(chosen) {
  if (chosen.from) return "in this span of time";
  const known = {
    "15m": "in these 15 minutes",
    "1h": "in this hour",
    "6h": "in these 6 hours",
    "24h": "in these 24 hours",
    "7d": "in these 7 days",
  };
  return known[chosen.key];
}
