/** Which towns are around a square, so that people know where it is. */

import { Cell } from "../geo/index.ts";
import { SQUARES_ACROSS, SQUARES_DOWN, type Town } from "./square.ts";

/** A place with a name, in the cell that holds its middle. */
export interface NamedPlace {
  readonly name: string;
  readonly cell: string;
  readonly population: number;
}

const MOST_NAMES = 5;
const NEAR = 4;

/** Return the towns that a drawing of a cell and its neighbours names: the most populous. */
export function townsAround(cell: Cell, places: readonly NamedPlace[]): Town[] {
  const within = around(cell, places, (SQUARES_ACROSS - 1) / 2, (SQUARES_DOWN - 1) / 2);
  within.sort((a, b) => b.place.population - a.place.population);
  return within.slice(0, MOST_NAMES).map(({ place, east, north }) => {
    return { name: place.name, east, north };
  });
}

/** Return the place that a cell is named by: near, and rather a town than a hamlet; null: none. */
export function nearestPlace(cell: Cell, places: readonly NamedPlace[]): NamedPlace | null {
  const near = around(cell, places, NEAR, NEAR).map(({ place, east, north }) => {
    return { place, apart: Math.hypot(east, north) - Math.log10(1 + place.population) };
  });
  return near.sort((a, b) => a.apart - b.apart)[0]?.place ?? null;
}

function around(cell: Cell, places: readonly NamedPlace[], across: number, down: number) {
  return places
    .map((place) => ({ place, ...offset(cell, place) }))
    .filter(({ east, north }) => Math.abs(east) <= across && Math.abs(north) <= down);
}

/** Return how many squares east and north of a cell a place lies. */
function offset(cell: Cell, place: NamedPlace): { east: number; north: number } {
  const other = Cell.parse(place.cell);
  const step = cell.resolutionM;
  return {
    east: Math.floor(other.eastingM / step) - cell.eastingM / step,
    north: Math.floor(other.northingM / step) - cell.northingM / step,
  };
}
