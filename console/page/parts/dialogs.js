// What is asked in a dialog; one at a time.
import { update } from "../app/store.js";
import { AckDialog } from "../dialogs/ack.js";
import { FilterDialog } from "../dialogs/filter.js";
import { HelpDialog } from "../dialogs/help.js";
import { RangeDialog } from "../dialogs/range.js";
import { SwitchDialog } from "../dialogs/switch.js";
import { html } from "./html.js";

const KINDS = {
  ack: AckDialog,
  filter: FilterDialog,
  help: HelpDialog,
  range: RangeDialog,
  switch: SwitchDialog,
};

export function Dialogs({ state }) {
  const Kind = KINDS[state.dialog?.kind];
  return Kind
    ? html`<${Kind} key=${state.dialog.kind} state=${state} close=${() => update({ dialog: null })} />`
    : null;
}
