// Moments and spans of time, in UTC or as the reader's clock has them.
import { state } from "../app/store.js";
import { NOTHING } from "./number.js";

const DATE = { year: "numeric", month: "2-digit", day: "2-digit" };
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const made = new Map();

export function clock(seconds, withSeconds = false) {
  return seconds == null ? NOTHING : parts(seconds, withSeconds).slice(11);
}

// 2026-11-23 14:32:05: sorts as it reads, and is the same everywhere.
export function moment(seconds) {
  return seconds == null ? NOTHING : parts(seconds, true);
}

export function day(seconds) {
  return parts(seconds, false).slice(5, 10);
}

// A moment's distance to another in the coarsest fitting unit: "26 min".
export function span(seconds) {
  if (seconds == null) return NOTHING;
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 7200) return `${Math.floor(whole / 60)} min`;
  if (whole < 172_800) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 86_400)} days`;
}

// How long something took: 2.3 s, 71 s, 640 ms.
export function took(ms) {
  if (ms == null) return NOTHING;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 100_000) return `${(ms / 1000).toFixed(ms < 20_000 ? 1 : 0)} s`;
  return span(ms / 1000);
}

export function zoneName() {
  if (state.prefs.zone === "utc") return "UTC";
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "local";
}

function parts(seconds, withSeconds) {
  const found = {};
  for (const { type, value } of writer(withSeconds).formatToParts(new Date(seconds * 1000))) {
    found[type] = value;
  }
  const time = withSeconds
    ? `${found.hour}:${found.minute}:${found.second}`
    : `${found.hour}:${found.minute}`;
  return `${found.year}-${found.month}-${found.day} ${time}`;
}

function writer(withSeconds) {
  const zone = state.prefs.zone === "utc" ? "UTC" : undefined;
  const key = `${zone}${withSeconds}`;
  if (!made.has(key)) {
    const options = { ...DATE, ...CLOCK, timeZone: zone, ...(withSeconds && { second: "2-digit" }) };
    made.set(key, new Intl.DateTimeFormat("en-GB", options));
  }
  return made.get(key);
}
