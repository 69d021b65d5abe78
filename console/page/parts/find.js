// Search from anywhere. A phone number is kept out of the address, a SID goes into it.
import { find } from "../app/search.js";
import { html } from "./html.js";

export function Find({ state }) {
  return html`<form class="find" role="search" onSubmit=${submitted}>
    <label class="hidden" for="find">Search by SID or phone number</label>
    <input id="find" name="q" type="search" placeholder="SID or phone number" autocomplete="off"
      spellcheck="false" maxlength="64" defaultValue=${state.search.asked} />
    <kbd aria-hidden="true">/</kbd>
  </form>`;
}

function submitted(event) {
  event.preventDefault();
  const asked = new FormData(event.currentTarget).get("q").trim();
  if (asked) find(asked);
}
