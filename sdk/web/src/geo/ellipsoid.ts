/**
 * The GRS 80 ellipsoid and the shortest distance over it.
 *
 * GRS 80 is the ellipsoid of ETRS89. That of WGS 84 has the same equator and a pole 0.1 mm away.
 *
 * Source: T. Vincenty, "Direct and inverse solutions of geodesics on the ellipsoid with application
 * of nested equations", Survey Review 23 (1975). Names follow the paper.
 */

import { OutsideGrid } from "./errors.ts";
import { type Position, radians } from "./position.ts";

export const EQUATORIAL_RADIUS_M = 6_378_137;
export const FLATTENING = 1 / 298.257222101;
export const ECCENTRICITY_SQUARED = FLATTENING * (2 - FLATTENING);
const POLAR_RADIUS_M = EQUATORIAL_RADIUS_M * (1 - FLATTENING);

const SECOND_ECCENTRICITY_SQUARED = ECCENTRICITY_SQUARED / (1 - ECCENTRICITY_SQUARED);
const CONVERGED_RAD = 1e-13;
const MOST_ITERATIONS = 50;

/** The great-circle arc on the auxiliary sphere that stands for a geodesic. */
interface Arc {
  readonly sigma: number;
  readonly sinSigma: number;
  readonly cosSigma: number;
  readonly sinAlpha: number;
  readonly cosSquaredAlpha: number;
  readonly cos2SigmaM: number;
}

/**
 * Return the length in metres of the shortest way over the GRS 80 ellipsoid from `a` to `b`.
 *
 * Within 1 mm. Throws `OutsideGrid` where the two are nearly opposite each other on Earth and
 * Vincenty's method does not converge; no two places of the European grid are.
 */
export function geodesicDistanceM(a: Position, b: Position): number {
  const u1 = reducedLatitude(a);
  const u2 = reducedLatitude(b);
  const turn = radians(b.longitudeDeg - a.longitudeDeg);
  const difference = turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI));
  let longitude = difference;
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const found = arc(u1, u2, longitude);
    const previous = longitude;
    longitude = difference + longitudeExcess(found);
    if (Math.abs(longitude) > Math.PI) break;
    if (Math.abs(longitude - previous) < CONVERGED_RAD) return lengthM(found);
  }
  throw new OutsideGrid();
}

function reducedLatitude(position: Position): number {
  return Math.atan((1 - FLATTENING) * Math.tan(radians(position.latitudeDeg)));
}

function arc(u1: number, u2: number, longitude: number): Arc {
  const [sinU1, cosU1, sinU2, cosU2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
  const across = cosU2 * Math.sin(longitude);
  const along = cosU1 * sinU2 - sinU1 * cosU2 * Math.cos(longitude);
  const sinSigma = Math.hypot(across, along);
  const cosSigma = sinU1 * sinU2 + cosU1 * cosU2 * Math.cos(longitude);
  const sinAlpha = sinSigma === 0 ? 0 : (cosU1 * cosU2 * Math.sin(longitude)) / sinSigma;
  const cosSquaredAlpha = 1 - sinAlpha ** 2;
  // Along the equator the formula is 0 / 0, and every term that uses this one vanishes.
  const cos2SigmaM = cosSquaredAlpha > 0 ? cosSigma - (2 * sinU1 * sinU2) / cosSquaredAlpha : 0;
  const sigma = Math.atan2(sinSigma, cosSigma);
  return { sigma, sinSigma, cosSigma, sinAlpha, cosSquaredAlpha, cos2SigmaM };
}

/** Return by how much the longitude on the sphere exceeds that on the ellipsoid (10, 11). */
function longitudeExcess(of: Arc): number {
  const [f, cosSquared] = [FLATTENING, of.cosSquaredAlpha];
  const c = (f / 16) * cosSquared * (4 + f * (4 - 3 * cosSquared));
  const inner = of.cos2SigmaM + c * of.cosSigma * (2 * of.cos2SigmaM ** 2 - 1);
  return (1 - c) * f * of.sinAlpha * (of.sigma + c * of.sinSigma * inner);
}

/** Return the length of the geodesic that the arc stands for (3, 4, 6 and 19). */
function lengthM(of: Arc): number {
  const u2 = of.cosSquaredAlpha * SECOND_ECCENTRICITY_SQUARED;
  const a = 1 + (u2 / 16384) * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)));
  const b = (u2 / 1024) * (256 + u2 * (-128 + u2 * (74 - 47 * u2)));
  const cos2M = of.cos2SigmaM;
  const first = of.cosSigma * (2 * cos2M ** 2 - 1);
  const second = (b / 6) * cos2M * (4 * of.sinSigma ** 2 - 3) * (4 * cos2M ** 2 - 3);
  const deltaSigma = b * of.sinSigma * (cos2M + (b / 4) * (first - second));
  return POLAR_RADIUS_M * a * (of.sigma - deltaSigma);
}
