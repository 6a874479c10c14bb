/** The visitor's own square, worked out in the browser when they ask for it. */

import { getPublic, type Schemas } from "../api/service.ts";
import { Cell, OutsideGrid, position, type Resolution } from "../geo/index.ts";
import type { Town } from "./square.ts";
import { nearestPlace, townsAround } from "./towns.ts";

/** The square and the towns around it, or why there is none. */
export type Preview =
  | "denied"
  | "outside"
  | { readonly code: string; readonly place: string | null; readonly towns: readonly Town[] };

const PATIENCE_MS = 20_000;

/**
 * Ask the browser where it is, and return the square of that place. The position stays here; the names
 * of towns come from the file that everybody gets.
 */
export async function previewSquare(resolutionM: Resolution): Promise<Preview> {
  const found = await located();
  if (found === null) return "denied";
  let cell: Cell;
  try {
    cell = Cell.containing(position(found.latitude, found.longitude), resolutionM);
  } catch (error) {
    if (error instanceof OutsideGrid) return "outside";
    throw error;
  }
  const { places } = await getPublic<Schemas["AllPlaces"]>("/v1/places/all");
  const place = nearestPlace(cell, places)?.name ?? null;
  return { code: cell.code, place, towns: townsAround(cell, places) };
}

/** Where the browser is; null where it does not say. */
function located(): Promise<GeolocationCoordinates | null> {
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve(coords),
      () => resolve(null),
      { timeout: PATIENCE_MS },
    );
  });
}
