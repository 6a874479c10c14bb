/** What is nearest for a place that is only known as a cell: exact, and short. */

import type { Cell } from "./cell.ts";
import { distanceFromOriginM, type GridPoint, lengthDistortion } from "./projection.ts";

/** A source's id and its point of the plane, EPSG:3035. */
export interface Place {
  readonly id: string;
  readonly point: GridPoint;
}

type ToCorners = readonly [number, number, number, number];

/**
 * Return the indices of the sources that fewer than k others beat all over a cell, ascending.
 *
 * A source a beats a source b when it is nearer for every place in the cell: when each corner c has
 * |c - a| ≤ |c - b| / s², where s is the length distortion; of sources at one point the one whose id
 * comes first does. `geo/nabij_geo/nearby.py` has the proof.
 */
export function prune(cell: Cell, places: readonly Place[], k: number): number[] {
  const discs = places.map(({ point }) => distanceFromOriginM(point));
  const discM = Math.max(cell.farthestFromOriginM, ...discs);
  const shrink = lengthDistortion(discM) ** -2;
  const entries = places.map(({ id, point }, index) => {
    const toCorners = cell.corners.map((corner) => planarM(corner, point)) as unknown as ToCorners;
    return { id, index, toCorners, sum: toCorners.reduce((a, b) => a + b) };
  });
  entries.sort((a, b) => a.sum - b.sum || (a.id < b.id ? -1 : 1));
  const kept = entries.filter((entry, rank) => {
    const before = entries.slice(0, rank);
    return before.filter((other) => beats(other.toCorners, entry.toCorners, shrink)).length < k;
  });
  return kept.map(({ index }) => index).sort((a, b) => a - b);
}

function beats(one: ToCorners, other: ToCorners, shrink: number): boolean {
  const nearerEverywhere = one.every((each, corner) => each <= shrink * (other[corner] as number));
  return nearerEverywhere || one.every((each, corner) => each === other[corner]);
}

function planarM(a: GridPoint, b: GridPoint): number {
  return Math.hypot(a.northingM - b.northingM, a.eastingM - b.eastingM);
}
