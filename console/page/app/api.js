// The server's JSON. Whoever isn't logged in any more goes to the login and comes back here.
import { state } from "./store.js";

const AWAY = "The console's server does not answer.";

export async function get(url, signal) {
  return read(await reach(url, { signal }));
}

export async function post(url, body) {
  const headers = { "content-type": "application/json", "x-csrf-token": state.session?.csrf ?? "" };
  return read(await reach(url, { method: "POST", headers, body: JSON.stringify(body) }));
}

export function login() {
  const here = location.pathname + location.search;
  location.assign(`/login?next=${encodeURIComponent(here)}`);
}

async function reach(url, options) {
  try {
    const response = await fetch(url, { credentials: "same-origin", ...options });
    return { status: response.status, ok: response.ok, text: await response.text() };
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(AWAY);
  }
}

function read({ status, ok, text }) {
  if (status === 401) {
    login();
    throw new Error("Log in again.");
  }
  const answer = parsed(text);
  if (ok && answer !== undefined) return answer;
  throw new Error(answer?.error ?? `The console's server answered ${status}.`);
}

function parsed(text) {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}
