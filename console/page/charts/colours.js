// Colours of the theme in force, for canvases, which know no style sheets.

const probe = document.head.appendChild(document.createElement("i"));

export function colours() {
  return (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
}

// Stripes for spans without data: seen as "nothing here", not as a value.
export function stripes(context, colour) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const pen = tile.getContext("2d");
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  for (const offset of [-8, 0, 8]) {
    pen.beginPath();
    pen.moveTo(offset, 8);
    pen.lineTo(offset + 8, 0);
    pen.stroke();
  }
  return context.createPattern(tile, "repeat");
}
