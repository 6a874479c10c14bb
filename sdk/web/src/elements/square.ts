/** The square that somebody is known by, drawn at its size among its neighbours. */

import { html, svg, type TemplateResult } from "lit";
import { Cell } from "../geo/index.ts";

/** A place with a name, in the cell that holds its middle. */
export interface NamedPlace {
  readonly name: string;
  readonly cell: string;
  readonly population: number;
}

const SQUARES_ACROSS = 7;
const SQUARES_DOWN = 5;
const SIDE = 40;
const MOST_NAMES = 5;

/**
 * Return a drawing of 7 by 5 squares, with `cell` (or an example) in the middle, north up, and the
 * towns around it.
 */
export function drawnSquare(
  cell: Cell | null,
  places: readonly NamedPlace[],
  scale: string,
): TemplateResult {
  const [width, height] = [SQUARES_ACROSS * SIDE, SQUARES_DOWN * SIDE];
  const [left, top] = [((SQUARES_ACROSS - 1) / 2) * SIDE, ((SQUARES_DOWN - 1) / 2) * SIDE];
  return html`
    <svg viewBox="0 0 ${width} ${height}" class="grid" aria-hidden="true">
      <path class="lines" d=${lines(width, height)}></path>
      <rect class="own" x=${left} y=${top} width=${SIDE} height=${SIDE}></rect>
      ${cell === null ? null : named(cell, places)}
      <g class="scale">
        <path d="M ${left} ${top + SIDE + 10} h ${SIDE} m -${SIDE} -4 v 8 m ${SIDE} -8 v 8"></path>
        <text x=${left + SIDE / 2} y=${top + SIDE + 26} text-anchor="middle">${scale}</text>
      </g>
    </svg>
  `;
}

/** Return the most populous of the places that lie within so many squares of a cell, or null. */
export function nearestPlace(
  cell: Cell,
  places: readonly NamedPlace[],
  within = 4,
): NamedPlace | null {
  const near = around(cell, places, within, within);
  const apart = (each: NamedPlace) => {
    const [east, north] = offset(cell, each);
    return Math.hypot(east, north) - Math.log10(1 + each.population);
  };
  return near.sort((a, b) => apart(a) - apart(b))[0] ?? null;
}

function named(cell: Cell, places: readonly NamedPlace[]): TemplateResult[] {
  const [across, down] = [(SQUARES_ACROSS - 1) / 2, (SQUARES_DOWN - 1) / 2];
  const shown = around(cell, places, across, down)
    .sort((a, b) => b.population - a.population)
    .slice(0, MOST_NAMES);
  return shown.map((each) => {
    const [east, north] = offset(cell, each);
    const [x, y] = [(across + east + 0.5) * SIDE, (down - north + 0.5) * SIDE];
    const anchor = east > across - 1 ? "end" : east < 1 - across ? "start" : "middle";
    return svg`
      <circle class="town" cx=${x} cy=${y} r="2"></circle>
      <text x=${x} y=${y - 6} text-anchor=${anchor}>${each.name}</text>
    `;
  });
}

function around(
  cell: Cell,
  places: readonly NamedPlace[],
  across: number,
  down: number,
): NamedPlace[] {
  return places.filter((each) => {
    const [east, north] = offset(cell, each);
    return Math.abs(east) <= across && Math.abs(north) <= down;
  });
}

/** Return how many squares east and north of a cell a place lies. */
function offset(cell: Cell, place: NamedPlace): readonly [number, number] {
  const other = Cell.parse(place.cell);
  const step = cell.resolutionM;
  const east = Math.floor(other.eastingM / step) - cell.eastingM / step;
  const north = Math.floor(other.northingM / step) - cell.northingM / step;
  return [east, north];
}

function lines(width: number, height: number): string {
  const down = Array.from(
    { length: SQUARES_ACROSS - 1 },
    (_, n) => `M${(n + 1) * SIDE} 0V${height}`,
  );
  const across = Array.from(
    { length: SQUARES_DOWN - 1 },
    (_, n) => `M0 ${(n + 1) * SIDE}H${width}`,
  );
  return [...down, ...across].join("");
}
