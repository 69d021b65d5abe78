// One message, verification or call: found by SID or number, told event by event.
import { here } from "../app/route.js";
import { follow, isSid } from "../app/search.js";
import { html, Component } from "../parts/html.js";
import { Empty, Read, Trouble, Waiting } from "../parts/notice.js";
import { Sign } from "../parts/sign.js";
import { Table } from "../parts/table.js";
import { Timeline } from "../parts/timeline.js";
import { Moment, Sid } from "../parts/written.js";
import { named } from "../say/words.js";

export const needs = ({ route }) => {
  const sid = sidOf(route);
  return sid ? { timeline: { path: `/api/timeline/${encodeURIComponent(sid)}` } } : {};
};

export class View extends Component {
  componentDidMount() {
    follow(this.props.state.route);
  }

  componentDidUpdate() {
    follow(this.props.state.route);
  }

  render({ state }) {
    const { route, search, data } = state;
    const sid = sidOf(route);
    return html`<div class="view">
      <${Found} ...${{ search, route, sid }} />
      ${
        sid &&
        html`<section><h2>Timeline of <span class="code">${sid}</span></h2>
        <${Read} of=${data.timeline}>${(answer) => html`<${Timeline} ...${answer} />`}<//></section>`
      }
    </div>`;
  }
}

function sidOf(route) {
  const asked = route.query.get("q") ?? "";
  return route.query.get("sid") ?? (isSid(asked) ? asked : "");
}

const KINDS = [
  ["messages", "Messages", "outcome", "sent_at"],
  ["verifications", "Verifications", "status", "started_at"],
  ["calls", "Calls", "outcome", "started_at"],
];

function Found({ search, route, sid }) {
  if (!search.asked)
    return sid
      ? null
      : html`<${Empty}>Search by the SID of a message, verification or call, or by a phone number in full
    (+49…). A number is hashed on the server and kept out of the address and the logs. Press <kbd>/</kbd> to begin.<//>`;
  if (search.busy) return html`<${Waiting} />`;
  if (search.error) return html`<${Trouble} text=${search.error} />`;
  const found = KINDS.filter(([kind]) => search.value[kind]?.length);
  if (!found.length)
    return sid
      ? null
      : html`<${Empty}>Nothing was found. Check the SID, or write the number with its country code: +49151…<//>`;
  return found.map(
    ([kind, name, state, at]) => html`<section><h2>${name}</h2>
    <${Table} caption=${name} rows=${search.value[kind]} keyOf=${(row) => row.sid} rowClass=${(row) => (row.sid === sid ? "chosen" : "")}
      columns=${columns(route, state, at)} /></section>`,
  );
}

function columns(route, state, at) {
  return [
    {
      key: "sid",
      name: "SID",
      head: true,
      cell: (row) => html`<a href=${here(route, { sid: row.sid })}><${Sid} sid=${row.sid} /></a>`,
    },
    { key: "state", name: "Outcome", cell: (row) => html`<${Sign} word=${row[state] ?? row.outcome} />` },
    { key: "at", name: "At", cell: (row) => html`<${Moment} at=${row[at] ?? row.sent_at} />` },
    { key: "to", name: "To", wide: true, cell: (row) => row.to_masked },
    { key: "country", name: "Country", wide: true, cell: (row) => named("country", row.country) },
    {
      key: "channel",
      name: "Channel",
      wide: true,
      cell: (row) => row.channel ?? row.channels?.join(", "),
    },
    { key: "error", name: "Error", num: true, wide: true, cell: (row) => row.error_code || "" },
  ];
}
