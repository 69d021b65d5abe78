// Delivery by one dimension. A row's name leads into it; a change beyond chance stands out.
import { filtered } from "../app/route.js";
import { count, percent, points, share } from "../say/number.js";
import { took } from "../say/time.js";
import { label, named } from "../say/words.js";
import { html } from "./html.js";
import { Empty } from "./notice.js";
import { Table } from "./table.js";
import { Whisker, floorOf } from "./whisker.js";

// From one dimension to the one that most often explains it.
const INWARD = {
  account: "service",
  product: "country",
  country: "carrier",
  service: "country",
  channel: "country",
  carrier: "service",
};

export function Breakdown({ by, rows, route, brief = false }) {
  if (!rows.length) return html`<${Empty}>Nothing was sent here in this span of time.<//>`;
  const columns = all({ by, route, brief }, floorOf(rows)).filter((column) => !brief || column.brief);
  return html`<${Table} caption=${`Delivery by ${label(by).toLowerCase()}`} ...${{ columns, rows }}
    keyOf=${(row) => row.key} route=${brief ? undefined : route} usual="-sent" />`;
}

function all({ by, route, brief }, floor) {
  const number = (key, name, more) => ({
    key,
    name,
    num: true,
    cell: (row) => count(row[key]),
    by: (row) => row[key],
    ...more,
  });
  return [
    {
      key: "key",
      name: label(by),
      head: true,
      brief: true,
      cell: (row) => name(by, row, route, brief),
      by: (row) => named(by, row.key, row.label),
    },
    number("sent", "Sent", { brief: true }),
    number("delivered", "Delivered", { wide: true }),
    number("undelivered", "Undelivered", { wide: true }),
    number("failed", "Failed", { wide: true }),
    {
      key: "unknown",
      name: "No outcome",
      num: true,
      wide: true,
      cell: (row) => percent(share(row.unknown, row.sent)),
      by: (row) => share(row.unknown, row.sent),
    },
    {
      key: "rate",
      name: "Rate",
      num: true,
      brief: true,
      cell: (row) => percent(row.rate),
      by: (row) => row.rate,
    },
    {
      key: "whisker",
      name: brief ? "Interval, before" : "95 % interval, before",
      wide: true,
      brief: true,
      cell: (row) => html`<${Whisker} ...${row} before=${row.before_rate} floor=${floor} />`,
    },
    { key: "change", name: "Change", num: true, brief: true, cell: change, by: (row) => difference(row) },
    {
      key: "p50",
      name: "Median",
      num: true,
      wide: true,
      cell: (row) => took(row.p50_ms),
      by: (row) => row.p50_ms,
    },
    {
      key: "p95",
      name: "95th pct.",
      num: true,
      wide: true,
      cell: (row) => took(row.p95_ms),
      by: (row) => row.p95_ms,
    },
  ];
}

// An empty value can't be asked for, so it leads nowhere.
function name(by, row, route, brief) {
  const said = named(by, row.key, row.label);
  const code =
    !brief && by === "country" && row.key && said !== row.key
      ? html` <span class="muted wide">${row.key}</span>`
      : "";
  if (!row.key) return html`<span class="muted">${said}</span>`;
  const inward = filtered({ ...route, section: "delivery" }, by, row.key);
  const address = inward.replace(/([?&])by=[a-z]+&?/, "$1");
  return html`<a href=${`${address}&by=${INWARD[by]}`} class="sid" title=${row.key}>${said}</a>${code}`;
}

function difference({ rate, before_rate: before }) {
  return rate == null || before == null ? null : rate - before;
}

// Coloured only where the former rate lies outside of the interval of the present one.
function change(row) {
  const points_ = points(difference(row));
  if (difference(row) == null) return html`<span class="muted">${points_}</span>`;
  if (row.before_rate > row.high) return html`<span class="bad-text">▼ ${points_}</span>`;
  if (row.before_rate < row.low) return html`<span class="good-text">▲ ${points_}</span>`;
  return html`<span class="muted">${points_}</span>`;
}
