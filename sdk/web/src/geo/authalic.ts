/**
 * The authalic sphere: as large in area as the GRS 80 ellipsoid, zone by zone.
 *
 * Source: J. P. Snyder, "Map Projections: A Working Manual", USGS Professional Paper 1395 (1987).
 */

import { ECCENTRICITY_SQUARED, EQUATORIAL_RADIUS_M } from "./ellipsoid.ts";

const ECCENTRICITY = Math.sqrt(ECCENTRICITY_SQUARED);

/** Return Snyder's q (3-12), proportional to the area between the equator and a latitude. */
function q(latitude: number): number {
  const sine = Math.sin(latitude);
  return (
    (1 - ECCENTRICITY_SQUARED) *
    (sine / (1 - ECCENTRICITY_SQUARED * sine ** 2) + Math.atanh(ECCENTRICITY * sine) / ECCENTRICITY)
  );
}

const Q_AT_POLE = q(Math.PI / 2);

export const AUTHALIC_RADIUS_M = EQUATORIAL_RADIUS_M * Math.sqrt(Q_AT_POLE / 2);

/** Return the latitude on the sphere for one on the ellipsoid (radians, 3-11). */
export function authalicLatitude(latitude: number): number {
  // Rounding may lift q a hair above its value at the pole.
  return Math.asin(Math.max(-1, Math.min(1, q(latitude) / Q_AT_POLE)));
}

/** Return the latitude on the ellipsoid for one on the sphere (radians, 3-16); not for poles. */
export function geodeticLatitude(authalic: number): number {
  const wanted = Q_AT_POLE * Math.sin(authalic);
  let latitude = authalic;
  // The start is within 0.0023 rad and each step of Newton's squares the error: four are enough.
  for (let step = 0; step < 4; step++) {
    const remainder = 1 - ECCENTRICITY_SQUARED * Math.sin(latitude) ** 2;
    const slope = (2 * (1 - ECCENTRICITY_SQUARED) * Math.cos(latitude)) / remainder ** 2;
    latitude += (wanted - q(latitude)) / slope;
  }
  return latitude;
}
