// A modal dialog: the browser's own, which keeps the focus inside and gives it back.
import { html, Component, createRef } from "../parts/html.js";

export class Dialog extends Component {
  box = createRef();

  componentDidMount() {
    this.from = document.activeElement;
    this.box.current.showModal();
  }

  componentWillUnmount() {
    this.from?.focus?.();
  }

  render({ title, close, children }) {
    return html`<dialog ref=${this.box} onClose=${close} aria-labelledby="dialog-title">
      <div class="dialog-head"><h2 id="dialog-title">${title}</h2>
        <button type="button" class="quiet" aria-label="Close" onClick=${close}>×</button></div>
      ${children}
    </dialog>`;
  }
}
