// The same figures as a table, for who can't see or doesn't trust a picture. Made when opened.
import { moment, zoneName } from "../say/time.js";
import { html, Component } from "../parts/html.js";

export class Figures extends Component {
  toggled = (event) => this.setState({ open: event.currentTarget.open });

  render(props, { open }) {
    return html`<details class="figures" onToggle=${this.toggled}>
      <summary>Figures as a table</summary>
      ${open && html`<${Rows} ...${props} />`}
    </details>`;
  }
}

// The newest first: that is what one looks for.
function Rows({ title, t, columns }) {
  const indices = t.map((_, index) => index).reverse();
  return html`<div class="scroll tall" tabindex="0" role="region" aria-label="${title}, figures">
    <table>
      <caption class="hidden">${title}</caption>
      <thead><tr><th scope="col">From (${zoneName()})</th>
        ${columns.map(({ name }) => html`<th scope="col" class="num">${name}</th>`)}</tr></thead>
      <tbody>${indices.map(
        (index) => html`<tr key=${t[index]}>
        <th scope="row">${moment(t[index]).slice(0, 16)}</th>
        ${columns.map(({ say }) => html`<td class="num">${say(index)}</td>`)}
      </tr>`,
      )}</tbody>
    </table>
  </div>`;
}
