/**
 * The plane of the European grid: EPSG:3035, Lambert azimuthal equal-area on GRS 80.
 *
 * Sources: IOGP Guidance Note 7-2, "Lambert Azimuthal Equal Area" (EPSG method 9820); J. P. Snyder,
 * "Map Projections: A Working Manual" (1987), section 24. `geo/nabij_geo/projection.py` has the
 * proofs; the two agree on `tests/vectors/cells.csv`.
 */

import { AUTHALIC_RADIUS_M, authalicLatitude, geodeticLatitude } from "./authalic.ts";
import { ECCENTRICITY_SQUARED, EQUATORIAL_RADIUS_M } from "./ellipsoid.ts";
import { OutsideGrid } from "./errors.ts";
import { degrees, type Position, position, radians } from "./position.ts";

const FALSE_NORTHING_M = 3_210_000;
const FALSE_EASTING_M = 4_321_000;
const SOUTH_M = 900_000;
const NORTH_M = 6_900_000;
const WEST_M = 900_000;
const EAST_M = 7_500_000;

const ORIGIN_LATITUDE = radians(52);
const ORIGIN_LONGITUDE = radians(10);
const SIN_ORIGIN = Math.sin(authalicLatitude(ORIGIN_LATITUDE));
const COS_ORIGIN = Math.cos(authalicLatitude(ORIGIN_LATITUDE));
// Snyder's D (24-20): makes the scale at the origin 1 in every direction.
const STRETCH =
  (EQUATORIAL_RADIUS_M * Math.cos(ORIGIN_LATITUDE)) /
  Math.sqrt(1 - ECCENTRICITY_SQUARED * Math.sin(ORIGIN_LATITUDE) ** 2) /
  (AUTHALIC_RADIUS_M * COS_ORIGIN);

const ELLIPSOID_ALLOWANCE = 1.0005;
const LARGEST_DISC_M = 6_100_000;

/** A point of the grid's plane in metres, EPSG:3035. */
export interface GridPoint {
  readonly northingM: number;
  readonly eastingM: number;
}

/** Tell whether a cell lies here: the lower and left rims belong to the grid's area. */
export function inGridArea({ northingM, eastingM }: GridPoint): boolean {
  return SOUTH_M <= northingM && northingM < NORTH_M && WEST_M <= eastingM && eastingM < EAST_M;
}

/**
 * Return where a position (WGS 84) lies in the grid's plane (metres, EPSG:3035).
 *
 * Throws `OutsideGrid` where it lies outside the grid's area.
 */
export function project(at: Position): GridPoint {
  const authalic = authalicLatitude(radians(at.latitudeDeg));
  const longitude = radians(at.longitudeDeg) - ORIGIN_LONGITUDE;
  const [sinLatitude, cosLatitude] = [Math.sin(authalic), Math.cos(authalic)];
  const towards = cosLatitude * Math.cos(longitude);
  const cosAngle = SIN_ORIGIN * sinLatitude + COS_ORIGIN * towards;
  // The far half of the Earth has no part in the grid, and its midpoint has no image at all.
  if (cosAngle < 0) throw new OutsideGrid();
  const scale = AUTHALIC_RADIUS_M * Math.sqrt(2 / (1 + cosAngle));
  const north = (scale / STRETCH) * (COS_ORIGIN * sinLatitude - SIN_ORIGIN * towards);
  const east = scale * STRETCH * cosLatitude * Math.sin(longitude);
  const point = { northingM: FALSE_NORTHING_M + north, eastingM: FALSE_EASTING_M + east };
  if (!inGridArea(point)) throw new OutsideGrid();
  return point;
}

/**
 * Return the position (WGS 84) of a point of the grid's plane (metres, EPSG:3035).
 *
 * The upper and right rims of the grid's area are included: corners of cells lie on them. Throws
 * `OutsideGrid` where the point lies outside.
 */
export function unproject({ northingM, eastingM }: GridPoint): Position {
  const inside =
    SOUTH_M <= northingM && northingM <= NORTH_M && WEST_M <= eastingM && eastingM <= EAST_M;
  if (!inside) throw new OutsideGrid();
  const north = (northingM - FALSE_NORTHING_M) * STRETCH;
  const east = (eastingM - FALSE_EASTING_M) / STRETCH;
  const halfAngle = Math.asin(Math.hypot(north, east) / (2 * AUTHALIC_RADIUS_M));
  const cosAngle = Math.cos(2 * halfAngle);
  // The sine of the angle per metre from the origin, in a form that holds at the origin too.
  const sinePerM = Math.cos(halfAngle) / AUTHALIC_RADIUS_M;
  const authalic = Math.asin(cosAngle * SIN_ORIGIN + north * sinePerM * COS_ORIGIN);
  const longitude =
    ORIGIN_LONGITUDE +
    Math.atan2(east * sinePerM, COS_ORIGIN * cosAngle - north * sinePerM * SIN_ORIGIN);
  return position(degrees(geodeticLatitude(authalic)), degrees(longitude));
}

/** Return how far, in the plane, a point lies from the projection's origin. */
export function distanceFromOriginM(point: GridPoint): number {
  return Math.hypot(point.northingM - FALSE_NORTHING_M, point.eastingM - FALSE_EASTING_M);
}

/**
 * Return s such that lengths in the plane and on the ellipsoid differ by at most a factor s within
 * the disc of `radiusM` around the projection's origin; `Infinity` beyond 6 100 km.
 */
export function lengthDistortion(radiusM: number): number {
  if (radiusM > LARGEST_DISC_M) return Number.POSITIVE_INFINITY;
  return ELLIPSOID_ALLOWANCE / Math.sqrt(1 - (radiusM / (2 * AUTHALIC_RADIUS_M)) ** 2);
}
