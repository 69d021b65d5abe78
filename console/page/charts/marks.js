// What is drawn behind and over a plot: missing spans, the unfinished bucket, moments of alerts.
import { stripes } from "./colours.js";

const PIXELS = () => window.devicePixelRatio || 1;

// `name` says what the plot shows; `facts` gives { missing, step, to, marks } as they are when drawn.
export function marksOf(name, facts, colour) {
  return {
    drawClear: [(plot) => missing(plot, facts().missing, colour)],
    draw: [
      (plot) => title(plot, name, colour),
      (plot) => unfinished(plot, facts(), colour),
      (plot) => facts().marks.forEach((mark) => moment(plot, mark, colour)),
    ],
  };
}

// Above the plot, in the room its padding leaves.
function title({ ctx, bbox }, name, colour) {
  ctx.save();
  ctx.font = `500 ${11 * PIXELS()}px Inter, system-ui, sans-serif`;
  ctx.textAlign = "left";
  ctx.textBaseline = "bottom";
  ctx.fillStyle = colour("muted");
  ctx.fillText(name, bbox.left, bbox.top - 5 * PIXELS());
  ctx.restore();
}

function missing(plot, spans, colour) {
  plot.ctx.fillStyle = stripes(plot.ctx, colour("stripe"));
  for (const { from, to } of spans) box(plot, from, to);
}

// A bucket that is still filling looks like a drop; a veil says that it is not all there yet.
function unfinished(plot, { step, to, from }, colour) {
  const start = Math.floor((to - 1) / step) * step;
  if (to - start >= step || start <= from) return;
  plot.ctx.fillStyle = colour("veil");
  box(plot, start, start + step);
}

function moment(plot, { at, tone }, colour) {
  const x = plot.valToPos(at, "x", true);
  const { left, width, top, height } = plot.bbox;
  if (x < left || x > left + width) return;
  const { ctx } = plot;
  ctx.save();
  ctx.strokeStyle = colour(tone);
  ctx.lineWidth = PIXELS();
  ctx.setLineDash([4 * PIXELS(), 3 * PIXELS()]);
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x, top + height);
  ctx.stroke();
  ctx.restore();
}

function box(plot, from, to) {
  const { left, width, top, height } = plot.bbox;
  const start = Math.max(left, plot.valToPos(from, "x", true));
  const end = Math.min(left + width, plot.valToPos(to, "x", true));
  if (end > start) plot.ctx.fillRect(start, top, end - start, height);
}
