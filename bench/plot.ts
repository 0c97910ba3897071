/** A line of a plot. */
export interface Line {
  readonly name: string;
  /** A colour of SVG's. */
  readonly colour: string;
  /** One for each step on the axis below. */
  readonly values: readonly number[];
}

/** Lines over the same axis, with a scale of their own. */
export interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
}

const WIDTH = 860;
const HEIGHT = 190;
const LEFT = 64;
const RIGHT = 16;
const TOP = 44;
const BOTTOM = 14;
const AXIS = 34;

/**
 * Panels one below another as an SVG, readable on light and dark pages.
 *
 * @param below what the axis below counts, from 1
 */
export function plot(panels: readonly Panel[], below: string): string {
  const height = panels.length * HEIGHT + AXIS;
  const steps = panels[0]?.lines[0]?.values.length ?? 0;
  const body = panels.flatMap((panel, i) => drawPanel(panel, i * HEIGHT, steps));
  const axis = ticks(steps).map((step) =>
    label(across(step - 1, steps), panels.length * HEIGHT + 12, String(step), 'middle'),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...body,
    ...axis,
    label((LEFT + WIDTH - RIGHT) / 2, height - 6, below, 'middle'),
    '</svg>',
    '',
  ].join('\n');
}

function drawPanel({ title, lines }: Panel, top: number, steps: number): string[] {
  const most = Math.max(...lines.flatMap(({ values }) => values), 1e-9);
  const scale = ticks(most);
  const bottom = top + HEIGHT - BOTTOM;
  const up = (value: number): number => bottom - (value / most) * (HEIGHT - TOP - BOTTOM);
  const grid = [0, ...scale].flatMap((value) => [
    `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(up(value))}" y2="${round(up(value))}" stroke="#ddd"/>`,
    label(LEFT - 8, up(value) + 4, String(value), 'end'),
  ]);
  const names = lines.flatMap(({ name, colour }, i) => {
    const x = LEFT + i * 190;
    return [
      `<line x1="${x}" x2="${x + 18}" y1="${top + 32}" y2="${top + 32}" stroke="${colour}" stroke-width="2"/>`,
      label(x + 24, top + 36, name, 'start'),
    ];
  });
  const drawn = lines.map(({ colour, values }) => {
    const points = values.map((value, i) => `${round(across(i, steps))},${round(up(value))}`);
    return `<polyline fill="none" stroke="${colour}" stroke-width="1.3" points="${points.join(' ')}"/>`;
  });
  return [
    `<text x="${LEFT}" y="${top + 18}" font-weight="bold" fill="#222">${title}</text>`,
    ...names,
    ...grid,
    ...drawn,
  ];
}

function across(step: number, steps: number): number {
  return LEFT + (step / Math.max(steps - 1, 1)) * (WIDTH - LEFT - RIGHT);
}

/** Three to six round numbers up to the most. */
function ticks(most: number): number[] {
  const power = 10 ** Math.floor(Math.log10(most));
  const step =
    [0.2, 0.5, 1, 2].map((unit) => unit * power).find((unit) => most / unit <= 6) ?? power;
  return Array.from({ length: Math.floor(most / step + 1e-9) }, (_, i) =>
    Number(((i + 1) * step).toPrecision(6)),
  );
}

function label(x: number, y: number, text: string, anchor: string): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="#444">${text}</text>`;
}

function round(value: number): string {
  return String(Number(value.toFixed(1)));
}
