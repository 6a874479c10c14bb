/** The visitor's own square, worked out in the browser when they ask for it. */

import { fetchPlaces } from "../api/catalogue.ts";
import { Cell, OutsideGrid, type Resolution } from "../geo/index.ts";
import { locate } from "./geolocation.ts";
import type { Town } from "./square.ts";
import { nearestPlace, townsAround } from "./towns.ts";

/** The square and the towns around it, or why there is none. */
export type Preview =
  | "denied"
  | "outside"
  | { readonly code: string; readonly place: string | null; readonly towns: readonly Town[] };

/**
 * Ask the browser where it is, and return the square of that place. The position stays here; the names
 * of towns come from the file that everybody gets.
 */
export async function previewSquare(resolutionM: Resolution): Promise<Preview> {
  const found = await locate();
  if (found === null) return "denied";
  let cell: Cell;
  try {
    cell = Cell.containing(found, resolutionM);
  } catch (error) {
    if (error instanceof OutsideGrid) return "outside";
    throw error;
  }
  const { places } = await fetchPlaces();
  const place = nearestPlace(cell, places)?.name ?? null;
  return { code: cell.code, place, towns: townsAround(cell, places) };
}
