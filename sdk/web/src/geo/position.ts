/** A place in degrees of WGS 84, which Nabij takes as equal to ETRS89. */

import { InvalidPosition } from "./errors.ts";

/**
 * A place on Earth. It stays in the browser: no function of `@nabij/web` writes one anywhere.
 *
 * `latitudeDeg` is -90 to 90, north positive; `longitudeDeg` -180 to 180, east positive.
 */
export interface Position {
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
}

/** Return the position of these numbers; throw `InvalidPosition` where they are none. */
export function position(latitudeDeg: number, longitudeDeg: number): Position {
  if (!(Math.abs(latitudeDeg) <= 90 && Math.abs(longitudeDeg) <= 180)) throw new InvalidPosition();
  return { latitudeDeg, longitudeDeg };
}

export function radians(degrees: number): number {
  return (degrees / 180) * Math.PI;
}

export function degrees(angle: number): number {
  return (angle / Math.PI) * 180;
}
