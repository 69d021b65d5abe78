// A view that can't draw what it was given must not take the rest of the page with it.
import { html, Component } from "./html.js";
import { Trouble } from "./notice.js";

export class Guard extends Component {
  componentDidCatch(error) {
    console.error(error);
    this.setState({ failed: true });
  }

  render({ children }, { failed }) {
    const text =
      "This view does not understand what the server told. Load the page again: it may be of another version.";
    return failed ? html`<${Trouble} text=${text} />` : children;
  }
}
