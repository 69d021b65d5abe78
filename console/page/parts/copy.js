// A query to take along.
import { html, Component } from "./html.js";

export class Copy extends Component {
  copied = async () => {
    await navigator.clipboard.writeText(this.props.text);
    this.setState({ done: true });
  };

  render({ text }, { done }) {
    return html`<div class="copy">
      <pre tabindex="0">${text}</pre>
      ${navigator.clipboard && html`<button type="button" onClick=${this.copied}>${done ? "Copied" : "Copy"}</button>`}
    </div>`;
  }
}
