// Legend and values in one: names what is drawn and reads out the bucket under the cursor.
import { moment, zoneName } from "../say/time.js";
import { html } from "../parts/html.js";

export function Readout({ t, columns, missing, marks, index, pointed }) {
  const known = index != null && index >= 0 && t[index] != null;
  return html`<div class="readout" aria-hidden="true">
    <span class=${pointed ? "when" : "when muted"}>${known ? `${moment(t[index]).slice(0, 16)} ${zoneName()}` : "–"}</span>
    ${columns.map(
      ({ name, swatch, say }) => html`<span class="item">
      ${swatch && html`<i class="swatch ${swatch}"></i>`}${name} <b>${known ? say(index) : "–"}</b>
    </span>`,
    )}
    ${missing.length > 0 && html`<span class="item"><i class="swatch striped"></i>nothing stored</span>`}
    ${marks.length > 0 && html`<span class="item"><i class="swatch began"></i>alert began</span>`}
  </div>`;
}
