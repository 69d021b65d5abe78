// The address is the state that can be shared: view, id, range, filters, order.

const VIEWS = {
  "": ["overview", "Overview"],
  delivery: ["delivery", "Delivery"],
  otp: ["otp", "One-time passwords"],
  calls: ["calls", "Calls"],
  errors: ["errors", "Errors"],
  alerts: ["alerts", "Alerts"],
  fallbacks: ["fallbacks", "Fallbacks"],
  health: ["health", "Pipeline health"],
  search: ["search", "Search"],
  audit: ["audit", "Audit"],
};
const DETAILS = { alerts: ["alert", "Alert"], fallbacks: ["fallback", "Fallback"] };

export const DIMENSIONS = ["account", "product", "country", "channel", "service", "carrier"];
// What stays when one goes from view to view.
const KEPT = ["range", "from", "to", ...DIMENSIONS];

export function parse(location) {
  const [, first = "", ...rest] = location.pathname.split("/");
  const id = decodeURIComponent(rest.join("/"));
  const [view, title] = (id && DETAILS[first]) || VIEWS[first] || ["missing", "Not found"];
  return { view, title, id, section: first, query: new URLSearchParams(location.search) };
}

// An address of another view with the range and the filters of this one.
export function to(path, route, more = {}) {
  const query = new URLSearchParams();
  for (const [key, value] of route.query) if (KEPT.includes(key)) query.append(key, value);
  return address(path, with_(query, more));
}

// This view's address with something changed; null takes a parameter away.
export function here(route, change) {
  const path = `/${route.section}${route.id ? `/${encodeURIComponent(route.id)}` : ""}`;
  return address(path, with_(new URLSearchParams(route.query), change));
}

export function filters(route) {
  return [...route.query].filter(([key]) => DIMENSIONS.includes(key));
}

export function filtered(route, dimension, value) {
  const query = new URLSearchParams(route.query);
  if (!query.getAll(dimension).includes(value)) query.append(dimension, value);
  return address(`/${route.section}`, query);
}

export function unfiltered(route, dimension, value) {
  const query = new URLSearchParams(route.query);
  const others = query.getAll(dimension).filter((one) => one !== value);
  query.delete(dimension);
  for (const one of others) query.append(dimension, one);
  return address(`/${route.section}`, query);
}

export function cleared(route) {
  return here(route, Object.fromEntries(DIMENSIONS.map((dimension) => [dimension, null])));
}

function with_(query, change) {
  for (const [key, value] of Object.entries(change)) {
    if (value === null) query.delete(key);
    else query.set(key, value);
  }
  return query;
}

function address(path, query) {
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}
