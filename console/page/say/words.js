// Words for what the data spell in their own way.

const LABELS = {
  account: "Account",
  product: "Product",
  country: "Country",
  channel: "Channel",
  service: "Service",
  service_sid: "Service",
  account_sid: "Account",
  carrier: "Carrier",
  sender_type: "Sender",
};
const COUNTRIES = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });

export function label(dimension) {
  return LABELS[dimension] ?? said(dimension);
}

// What a value of a dimension is called; an empty one was not told by Twilio.
export function named(dimension, key, given = "") {
  if (!key) return "not told";
  if (given && given !== key) return given;
  return dimension === "country" ? (country(key) ?? key) : brief(key);
}

// Both ends of a SID tell it apart; the middle is the same noise in all of them.
// U+2060 keeps the two on one line.
export function brief(sid) {
  return /^[A-Z]{2}[0-9a-f]{32}$/i.test(sid) ? `${sid.slice(0, 6)}\u2060…\u2060${sid.slice(-6)}` : sid;
}

// Sentences of the detection name slices by the data's fields; people read words.
export function briefly(text) {
  return text
    .replace(/\b[A-Z]{2}[0-9a-f]{32}\b/g, brief)
    .replace(/\b(account|service)_sid\b/g, "$1")
    .replace(/\bcountry ([A-Z]{2})\b/g, (_, code) => `country ${country(code) ?? code}`)
    .replaceAll("sender_type", "sender")
    .replaceAll("verify_conversion", "verify conversion")
    .replaceAll("(none)", "not known")
    .replaceAll(" %", "\u00a0%");
}

export function country(code) {
  try {
    return COUNTRIES.of(code);
  } catch {
    return undefined;
  }
}

// "max_attempts" -> "max attempts"
export function said(word) {
  return String(word ?? "").replaceAll("_", " ");
}

export function capital(text) {
  return text ? text[0].toUpperCase() + text.slice(1) : text;
}

// Ends of a fallback plan, where the word alone would not say it.
const RESULTS = { none: "Nothing planned", shown: "Shown only", unconfirmed: "Sent, not confirmed" };

export function result(word) {
  return RESULTS[word] ?? capital(said(word));
}

// What a state means for the reader; sign and word say it too, for it is not told by colour alone.
const TONES = {
  good: ["delivered", "approved", "recovered", "succeeded", "completed", "resolved", "ready", "read"],
  bad: [
    "failed",
    "undelivered",
    "firing",
    "page",
    "down",
    "not_recovered",
    "max_attempts",
    "max_attempts_reached",
  ],
  warn: [
    "unknown",
    "updated",
    "ticket",
    "stopped",
    "expired",
    "no-answer",
    "busy",
    "canceled",
    "unconfirmed",
  ],
};
const TONE_OF = new Map(Object.entries(TONES).flatMap(([tone, words]) => words.map((word) => [word, tone])));

export function tone(word) {
  return TONE_OF.get(word) ?? "calm";
}
