// All views: what each reads from the server, and how it draws that.
import * as alert from "./alert.js";
import * as alerts from "./alerts.js";
import * as audit from "./audit.js";
import * as calls from "./calls.js";
import * as delivery from "./delivery.js";
import * as errors from "./errors.js";
import * as fallback from "./fallback.js";
import * as fallbacks from "./fallbacks.js";
import * as health from "./health.js";
import * as missing from "./missing.js";
import * as otp from "./otp.js";
import * as overview from "./overview.js";
import * as search from "./search.js";

const VIEWS = {
  alert,
  alerts,
  audit,
  calls,
  delivery,
  errors,
  fallback,
  fallbacks,
  health,
  otp,
  overview,
  search,
};
const FILTERS = { filters: { path: "/api/filters", every: 300_000 } };

// A view exports View, needs(state), and if it has them bar ("all" or "range") and title(state).
export function viewOf(name) {
  return VIEWS[name] ?? missing;
}

export function needsOf(state) {
  const view = viewOf(state.route.view);
  return { ...view.needs(state), ...(view.bar === "all" && FILTERS) };
}

export function titleOf(state) {
  const { route, live } = state;
  const view = viewOf(route.view);
  const firing = live.tick?.firing ? `(${live.tick.firing}) ` : "";
  return `${firing}${view.title?.(state) ?? route.title} · Delivery console`;
}
