// Adding a filter: what was seen lately is offered, anything can be typed.
import { DIMENSIONS } from "../app/route.js";
import { add, choices } from "../parts/filters.js";
import { html, Component } from "../parts/html.js";
import { label, named } from "../say/words.js";
import { Dialog } from "./dialog.js";

export class FilterDialog extends Component {
  state = { dimension: "country" };

  render({ state, close }, { dimension }) {
    const seen = choices(dimension, state.data.filters?.value);
    const submitted = (event) => {
      event.preventDefault();
      add(state.route, event.currentTarget);
      close();
    };
    return html`<${Dialog} title="Add a filter" close=${close}>
      <form onSubmit=${submitted}>
        <label for="dimension">What</label>
        <select id="dimension" name="dimension" value=${dimension}
          onChange=${(event) => this.setState({ dimension: event.currentTarget.value })}>
          ${DIMENSIONS.map((one) => html`<option value=${one}>${label(one)}</option>`)}
        </select>
        <label for="value">Value</label>
        <input id="value" name="value" list="values" required autocomplete="off" maxlength="64" autofocus />
        <datalist id="values">${seen.map((value) => html`<option value=${value}>${named(dimension, value)}</option>`)}</datalist>
        <div class="acts"><button type="button" onClick=${close}>Cancel</button>
          <button type="submit" class="primary">Add filter</button></div>
      </form>
    <//>`;
  }
}
