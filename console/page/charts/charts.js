// Plots over one span of time with one cursor, a line that reads them out, and a table of the same.
import { html, Component, createRef } from "../parts/html.js";
import { Figures } from "./figures.js";
import { Readout } from "./readout.js";
import { axes, zoned } from "./axes.js";
import { colours } from "./colours.js";
import { marksOf } from "./marks.js";

const NARROW = 520;
const TITLE = 22; // room above a plot for what it is
const TIMES = 28; // and below the last one
const EDGE = 18; // and at the right, for half a time
let groups = 0;

// Props: title, summary, t, step, from, to, missing, marks, plots(colour), columns, onZoom.
// `columns` name what is read out: { name, swatch, say(i) }. A new theme or zone needs a new key.
export class Charts extends Component {
  box = createRef();
  drawn = [];
  group = `charts-${groups++}`;

  componentDidMount() {
    this.build();
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(this.box.current);
  }

  componentDidUpdate(before) {
    if (before.t === this.props.t) return;
    const plots = this.props.plots(colours());
    const same = plots.every(({ series }, n) => this.drawn[n]?.series.length === series.length + 1);
    if (!same) this.build();
    else plots.forEach((plot, n) => this.refill(this.drawn[n], plot));
  }

  componentWillUnmount() {
    this.sizes.disconnect();
    this.clear();
  }

  clear() {
    for (const plot of this.drawn) plot.destroy();
    this.drawn = [];
  }

  build() {
    this.clear();
    const colour = colours();
    const plots = this.props.plots(colour);
    this.drawn = plots.map((plot, n) => this.draw(plot, n === plots.length - 1, colour));
  }

  draw(plot, last, colour) {
    const { width } = this.size();
    const options = {
      width,
      height: TITLE + plot.height + (last ? TIMES : 4),
      padding: [TITLE, EDGE, 0, 0],
      legend: { show: false },
      tzDate: zoned,
      scales: {
        x: { time: true, range: () => this.reach() },
        y: { range: (u, least, most) => u.wanted?.(u, least, most) ?? plot.range(u, least, most) },
      },
      axes: axes(plot, { last, narrow: width < NARROW }, colour),
      series: [{}, ...plot.series],
      bands: plot.bands ?? [],
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false },
        sync: { key: this.group },
      },
      hooks: {
        ...marksOf(plot.name, () => ({ marks: [], ...this.props }), colour),
        setCursor: [(u) => this.pointed(u.cursor.idx)],
        setSelect: [(u) => this.selected(u)],
      },
    };
    return new window.uPlot(options, [this.middles(), ...plot.data], this.box.current);
  }

  refill(drawn, plot) {
    drawn.wanted = plot.range;
    drawn.setData([this.middles(), ...plot.data]);
  }

  // From the start of the first bucket to the end of the last.
  reach() {
    const { t, step, from, to } = this.props;
    return t.length ? [t[0], t.at(-1) + step] : [from, to];
  }

  // A bucket is drawn at its middle, where its bar stands.
  middles() {
    return this.props.t.map((moment) => moment + this.props.step / 2);
  }

  size() {
    return { width: Math.max(200, this.box.current.clientWidth) };
  }

  fit() {
    const { width } = this.size();
    for (const plot of this.drawn) if (plot.width !== width) plot.setSize({ width, height: plot.height });
  }

  pointed(index) {
    if (this.state.index !== index) this.setState({ index });
  }

  // Every plot of the group tells of the same selection; the first one counts.
  selected(plot) {
    const { left, width } = plot.select;
    if (width < 4) return;
    const [from, to] = [left, left + width].map((x) => plot.posToVal(x, "x"));
    for (const one of this.drawn) one.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    const { step, onZoom } = this.props;
    const start = Math.floor(from / step) * step;
    onZoom?.(start, Math.max(start + step, Math.ceil(to / step) * step));
  }

  render({ title, summary, t, step, columns, latest, missing, marks = [] }, { index }) {
    return html`<figure class="charts" role="group" aria-label=${title}>
      <${Readout} ...${{ t, columns, missing, marks, index: index ?? latest, pointed: index != null }} />
      <div class="plots" ref=${this.box} role="img" aria-label="${title}. ${summary}"></div>
      <${Figures} ...${{ title, t, step, columns }} />
    </figure>`;
  }
}
