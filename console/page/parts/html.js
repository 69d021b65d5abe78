// The one place that joins the template syntax with the library that draws it.
import htm from "../vendor/htm.js";
import { Component, createRef, h, render } from "../vendor/preact.js";

export const html = htm.bind(h);
export { Component, createRef, render };
