// Tables with aligned figures; their order is part of the address.
import { here } from "../app/route.js";
import { html } from "./html.js";

// columns: { key, name, num, wide, cell(row), by(row) }; `wide` ones go first on a phone,
// `by` makes a column sortable.
export function Table({ caption, columns, rows, keyOf, route, usual = "", rowClass = () => "" }) {
  const order = route?.query.get("sort") ?? usual;
  const sorted = order ? inOrder(rows, columns, order) : rows;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}>
    <table>
      <caption class="hidden">${caption}</caption>
      <thead><tr>${columns.map((column) => html`<${Head} ...${{ column, order, route }} />`)}</tr></thead>
      <tbody>${sorted.map(
        (row) => html`<tr key=${keyOf(row)} class=${rowClass(row)}>
        ${columns.map((column) => cell(column, row))}
      </tr>`,
      )}</tbody>
    </table>
  </div>`;
}

function Head({ column, order, route }) {
  const kind = classOf(column);
  if (!column.by || !route) return html`<th scope="col" class=${kind}>${column.name}</th>`;
  const [down, up] = [order === `-${column.key}`, order === column.key];
  const next = here(route, { sort: down ? column.key : `-${column.key}` });
  const sort = down ? "descending" : up ? "ascending" : undefined;
  return html`<th scope="col" class=${kind} aria-sort=${sort}>
    <a href=${next} class="order">${column.name}<span aria-hidden="true">${down ? " ↓" : up ? " ↑" : ""}</span></a>
  </th>`;
}

function cell(column, row) {
  const value = column.cell(row);
  return column.head
    ? html`<th scope="row" class=${classOf(column)}>${value}</th>`
    : html`<td class=${classOf(column)}>${value}</td>`;
}

function classOf({ num, wide }) {
  return [num && "num", wide && "wide"].filter(Boolean).join(" ");
}

// Rows without a value come last whichever way one looks.
function inOrder(rows, columns, order) {
  const key = order.replace("-", "");
  const by = columns.find((column) => column.key === key)?.by;
  if (!by) return rows;
  const way = order.startsWith("-") ? -1 : 1;
  return [...rows].sort((a, b) => way * compared(by(a), by(b), way));
}

function compared(a, b, way) {
  if (a == null || b == null) return way * ((a == null) - (b == null));
  return a < b ? -1 : a > b ? 1 : 0;
}
