// Error codes with what they mean, the most frequent first.
import { count, percent } from "../say/number.js";
import { said } from "../say/words.js";
import { html } from "./html.js";
import { Empty } from "./notice.js";
import { Table } from "./table.js";
import { Moment } from "./written.js";

export function Codes({ rows, route, brief = false }) {
  if (!rows.length) return html`<${Empty}>No errors were told in this span of time.<//>`;
  const columns = COLUMNS.filter((column) => !brief || column.brief);
  return html`<${Table} caption="Errors by code" ...${{ columns, rows }} route=${brief ? undefined : route}
    keyOf=${(row) => `${row.product}${row.code}`} usual="-count" />`;
}

// The error log tells of requests that failed, the products of what became of those that did not.
const PRODUCTS = { errors: "error log" };

const COLUMNS = [
  {
    key: "code",
    name: "Code",
    head: true,
    brief: true,
    cell: ({ code }) => html`<span class="code">${code}</span>`,
    by: (row) => row.code,
  },
  {
    key: "meaning",
    name: "Meaning",
    brief: true,
    cell: (row) => row.meaning || html`<span class="muted">not in the catalogue</span>`,
    by: (row) => row.meaning,
  },
  { key: "class", name: "Class", wide: true, cell: (row) => said(row.class), by: (row) => row.class },
  {
    key: "product",
    name: "Product",
    brief: true,
    wide: true,
    cell: (row) => PRODUCTS[row.product] ?? said(row.product),
    by: (row) => row.product,
  },
  {
    key: "count",
    name: "Count",
    num: true,
    brief: true,
    cell: (row) => count(row.count),
    by: (row) => row.count,
  },
  {
    key: "share",
    name: "Share",
    num: true,
    brief: true,
    cell: (row) => percent(row.share),
    by: (row) => row.share,
  },
  {
    key: "first",
    name: "First",
    num: true,
    wide: true,
    cell: (row) => html`<${Moment} at=${row.first} />`,
    by: (row) => row.first,
  },
  {
    key: "last",
    name: "Last",
    num: true,
    wide: true,
    cell: (row) => html`<${Moment} at=${row.last} />`,
    by: (row) => row.last,
  },
];
