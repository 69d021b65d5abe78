// Whether what one sees is of now. Said in words, and aloud when it changes.
import { moment, clock, span, zoneName } from "../say/time.js";
import { plural } from "../say/number.js";
import { html } from "./html.js";
import { Shape } from "./sign.js";

const TONES = { live: "good", connecting: "calm", reconnecting: "warn", stale: "bad" };
const SURE_TICKS = 3; // a single event after a quiet time is no lag

export function Live({ live }) {
  const at = live.at ? clock(Math.floor(live.at / 1000), true) : "";
  const said = {
    live: "Live",
    connecting: "Connecting",
    reconnecting: "Reconnecting",
    stale: at ? "Stale since" : "No answer",
  };
  return html`<p class="live ${TONES[live.state]}" data-state=${live.state}>
    <${Shape} as=${TONES[live.state]} />
    <span role="status">${said[live.state]}</span>
    <span class="at">${at && `${at} ${zoneName()}`}</span>
  </p>`;
}

// Two ways in which figures are older than they look: the page is cut off, or the pipeline lags.
export function Behind({ live }) {
  if (live.state === "stale") {
    const when = live.at ? `What you see is of ${moment(Math.floor(live.at / 1000))} ${zoneName()}.` : "";
    const what = live.away
      ? "The console's server does not answer."
      : "The console can't read what is new from ClickHouse.";
    return html`<p class="banner bad" role="alert"><${Shape} as="bad" />
      ${what} ${when} It is tried again by itself.</p>`;
  }
  if (live.behind < SURE_TICKS) return null;
  const { lag, freshness_s: age } = live.tick;
  return html`<p class="banner warn" role="status"><${Shape} as="warn" />
    The pipeline is behind: ${plural(lag, "record waits", "records wait")}, the newest event stored is ${span(age)} old.
    <a href="/health">Pipeline health</a></p>`;
}
