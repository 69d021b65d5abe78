// The server's JSON. Whoever isn't logged in any more goes to the login and comes back here.
import { state } from "./store.js";

export class Failure extends Error {
  // `away`: there was no answer at all.
  constructor(sentence, away = false) {
    super(sentence);
    this.away = away;
  }
}

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
    return await fetch(url, { credentials: "same-origin", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failure(AWAY, true);
  }
}

async function read(response) {
  if (response.status === 401) {
    login();
    throw new Failure("Log in again.");
  }
  const text = await response.text();
  const answer = parsed(text);
  if (response.ok && answer !== undefined) return answer;
  throw new Failure(answer?.error ?? `The console's server answered ${response.status}.`);
}

function parsed(text) {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}
