// Numbers as people read them; null is "–", never 0.

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
export const NOTHING = "–";

export function count(value) {
  return value == null ? NOTHING : whole.format(value);
}

// 12.4 k: for axes, where exact figures would not fit.
export function short(value) {
  if (value == null) return "";
  if (value >= 1e6) return `${trimmed(value / 1e6)} M`;
  return value >= 10_000 ? `${trimmed(value / 1e3)} k` : whole.format(value);
}

// One digit behind the point; two where the tenth would hide what is left to 100 %.
export function percent(rate, digits = rate > 0.995 && rate < 1 ? 2 : 1) {
  return rate == null ? NOTHING : `${(rate * 100).toFixed(digits)} %`;
}

export function interval(low, high) {
  if (low == null || high == null) return NOTHING;
  return `${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)} %`;
}

// Percentage points with their sign; U+2212 is as wide as "+".
export function points(difference) {
  if (difference == null) return NOTHING;
  const size = Math.abs(difference * 100).toFixed(1);
  const sign = size === "0.0" ? "±" : difference < 0 ? "−" : "+";
  return `${sign}${size} pp`;
}

export function share(part, all) {
  return all > 0 ? part / all : null;
}

export function perSecond(value) {
  if (value == null) return NOTHING;
  return value < 10 ? value.toFixed(1) : whole.format(value);
}

export function bytes(value) {
  if (value == null) return NOTHING;
  const units = ["B", "kB", "MB", "GB", "TB"];
  const step = value < 1 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), units.length - 1);
  return `${step ? trimmed(value / 1000 ** step) : whole.format(value)} ${units[step]}`;
}

export function plural(value, one, many = `${one}s`) {
  return `${count(value)} ${value === 1 ? one : many}`;
}

function trimmed(value) {
  return value >= 100 ? whole.format(value) : value.toFixed(1).replace(/\.0$/, "");
}
