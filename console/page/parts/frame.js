// The frame around every view: navigation, search, what is live, and the view itself.
import { PLACES } from "../app/keys.js";
import { to } from "../app/route.js";
import { update } from "../app/store.js";
import { viewOf } from "../views/index.js";
import { Bar } from "./bar.js";
import { Dialogs } from "./dialogs.js";
import { Find } from "./find.js";
import { Guard } from "./guard.js";
import { html } from "./html.js";
import { Live, Behind } from "./live.js";
import { Likes } from "./likes.js";
import { User } from "./user.js";

const SECTIONS = { "/otp": "otp", "/": "" };
const ICON = new URL("../icon.svg", import.meta.url).pathname;
const SHORT = { "One-time passwords": "OTP", "Pipeline health": "Health" };

export function Frame({ state }) {
  if (!state.session) return html`<${Opening} live=${state.live} />`;
  const { route } = state;
  const view = viewOf(route.view);
  return html`<div class="frame">
    <a class="skip" href="#main" onClick=${skip}>Skip to the content</a>
    <header class="top">
      <button class="menu" aria-expanded=${String(state.menu)} aria-controls="places"
        onClick=${() => update({ menu: !state.menu })}>Menu</button>
      <a class="brand" href=${to("/", route)}><${Logo} />Delivery console</a>
      <${Find} state=${state} />
      <${Live} live=${state.live} />
    </header>
    <nav id="places" class=${state.menu ? "places open" : "places"} aria-label="Views">
      <div><ul>${places(state).map((place) => html`<${Place} ...${{ place, state }} />`)}</ul>
      <${Likes} prefs=${state.prefs} />
      <${User} session=${state.session} /></div>
    </nav>
    <main id="main" tabindex="-1">
      <${Behind} live=${state.live} />
      <div class="head"><h1 tabindex="-1">${view.title?.(state) ?? route.title}</h1>
        ${view.bar && html`<${Bar} ...${{ state, kind: view.bar }} />`}</div>
      <${Guard} key=${route.view + route.id}><${view.View} state=${state} /><//>
    </main>
    <${Dialogs} state=${state} />
  </div>`;
}

function Opening({ live }) {
  const waits = live.state === "reconnecting";
  return html`<div class="frame"><header class="top"><span class="brand"><${Logo} />Delivery console</span></header>
    <main class="opening" role="status">${waits ? "The console's server does not answer. Trying again." : ""}</main>
  </div>`;
}

function Logo() {
  return html`<img src=${ICON} alt="" width="20" height="20" />`;
}

function places({ session }) {
  return Object.values(PLACES).filter(([path]) => path !== "/audit" || session.role === "operator");
}

function Place({ place: [path, name], state }) {
  const open = (SECTIONS[path] ?? path.slice(1)) === state.route.section;
  const firing = path === "/alerts" ? (state.live.tick?.firing ?? 0) : 0;
  return html`<li><a href=${to(path, state.route)} aria-current=${open ? "page" : undefined}>
    ${SHORT[name] ?? name}${firing > 0 && html`<span class="badge">${firing}<span class="hidden"> firing</span></span>`}
  </a></li>`;
}

function skip(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}
