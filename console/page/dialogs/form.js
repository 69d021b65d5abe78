// A form in a dialog that does something at the server: shows what went wrong, closes when it went well.
import { html, Component } from "../parts/html.js";
import { Dialog } from "./dialog.js";

export class Form extends Component {
  submitted = async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(event.currentTarget));
    this.setState({ busy: true, error: "" });
    try {
      await this.props.send(values);
      this.props.close();
    } catch (error) {
      this.setState({ busy: false, error: error.message });
    }
  };

  render({ title, close, act, danger, children }, { busy, error }) {
    return html`<${Dialog} ...${{ title, close }}>
      <form onSubmit=${this.submitted}>
        ${children}
        ${error && html`<p class="trouble" role="alert">${error}</p>`}
        <div class="acts">
          <button type="button" onClick=${close}>Cancel</button>
          <button type="submit" class=${danger ? "danger" : "primary"} disabled=${busy}>${act}</button>
        </div>
      </form>
    <//>`;
  }
}

export function Reason({ hint }) {
  return html`<label for="reason">Reason</label>
    <textarea id="reason" name="reason" rows="2" maxlength="500" required placeholder=${hint}></textarea>`;
}
