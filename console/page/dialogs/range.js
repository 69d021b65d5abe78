// A span of time of one's own, in the zone the page shows.
import { now } from "../app/loader.js";
import { range, span } from "../app/range.js";
import { here } from "../app/route.js";
import { go } from "../app/visit.js";
import { html, Component } from "../parts/html.js";
import { moment, zoneName } from "../say/time.js";
import { Dialog } from "./dialog.js";

export class RangeDialog extends Component {
  submitted = (event) => {
    event.preventDefault();
    const { state } = this.props;
    const form = new FormData(event.currentTarget);
    const [from, to] = ["from", "to"].map((name) => seconds(form.get(name), state.prefs.zone));
    if (!(to > from)) return this.setState({ error: "The end must come after the start." });
    return go(here(state.route, { from, to, range: null }));
  };

  render({ state, close }, { error }) {
    const { from, to } = span(range(state.route), now());
    return html`<${Dialog} title="Span of time" close=${close}>
      <form onSubmit=${this.submitted}>
        <label for="from">From (${zoneName()})</label>
        <input id="from" name="from" type="datetime-local" required defaultValue=${written(from)} />
        <label for="to">To (${zoneName()})</label>
        <input id="to" name="to" type="datetime-local" required defaultValue=${written(to)} />
        ${error && html`<p class="trouble" role="alert">${error}</p>`}
        <div class="acts"><button type="button" onClick=${close}>Cancel</button>
          <button type="submit" class="primary">Show</button></div>
      </form>
    <//>`;
  }
}

function written(at) {
  return moment(at).slice(0, 16).replace(" ", "T");
}

function seconds(text, zone) {
  return Math.floor(Date.parse(zone === "utc" ? `${text}Z` : text) / 1000);
}
