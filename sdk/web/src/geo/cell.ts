/**
 * The squares of the European statistical grid (INSPIRE, EPSG:3035), by which Nabij knows a person.
 */

import { geodesicDistanceM } from "./ellipsoid.ts";
import { InvalidCell, OutsideGrid } from "./errors.ts";
import type { Position } from "./position.ts";
import {
  distanceFromOriginM,
  type GridPoint,
  inGridArea,
  lengthDistortion,
  project,
  unproject,
} from "./projection.ts";

/** The length of a cell's side in metres. */
export type Resolution = 1_000 | 10_000 | 100_000;

export const RESOLUTIONS_M: readonly Resolution[] = [1_000, 10_000, 100_000];

const CODE = /^CRS3035RES(10{3,5})mN(0|[1-9][0-9]{0,7})E(0|[1-9][0-9]{0,7})$/;
// A straight line of 2 km on a map in degrees strays at most a metre from the side it stands for.
const POLYGON_STEP_M = 2_000;
const POLYGON_DECIMALS = 7;

/** The least and the greatest distance in metres that a place somewhere in a cell can have. */
export interface DistanceInterval {
  readonly nearestM: number;
  readonly farthestM: number;
}

/** A ring of [longitude, latitude] in WGS 84 degrees, as GeoJSON has it (RFC 7946). */
export type Ring = readonly (readonly [number, number])[];

/**
 * A square of the European grid, named by its lower-left corner (metres, EPSG:3035).
 *
 * The lower and left sides belong to the cell, the upper and right sides to its neighbours. The
 * constructor throws `InvalidCell` or `OutsideGrid` where there is no such cell.
 */
export class Cell {
  readonly resolutionM: Resolution;
  readonly northingM: number;
  readonly eastingM: number;

  constructor(resolutionM: Resolution, northingM: number, eastingM: number) {
    const whole = northingM % resolutionM === 0 && eastingM % resolutionM === 0;
    if (!RESOLUTIONS_M.includes(resolutionM) || !whole) throw new InvalidCell();
    if (!inGridArea({ northingM, eastingM })) throw new OutsideGrid();
    this.resolutionM = resolutionM;
    this.northingM = northingM;
    this.eastingM = eastingM;
  }

  /** Return the cell that holds a position. */
  static containing(position: Position, resolutionM: Resolution = 1_000): Cell {
    return Cell.holding(project(position), resolutionM);
  }

  /** Return the cell that holds a point of the plane. */
  static holding(point: GridPoint, resolutionM: Resolution = 1_000): Cell {
    const down = (metres: number) => Math.floor(metres / resolutionM) * resolutionM;
    return new Cell(resolutionM, down(point.northingM), down(point.eastingM));
  }

  /** Return the cell of a code in its one official spelling. */
  static parse(code: string): Cell {
    const match = CODE.exec(code);
    const resolutionM = RESOLUTIONS_M.find((each) => String(each) === match?.[1]);
    if (match === null || resolutionM === undefined) throw new InvalidCell();
    return new Cell(resolutionM, Number(match[2]), Number(match[3]));
  }

  /** The official INSPIRE code, for instance `CRS3035RES1000mN3263000E3973000`. */
  get code(): string {
    return `CRS3035RES${this.resolutionM}mN${this.northingM}E${this.eastingM}`;
  }

  /** The midpoint, EPSG:3035. */
  get centre(): GridPoint {
    const half = this.resolutionM / 2;
    return { northingM: this.northingM + half, eastingM: this.eastingM + half };
  }

  /** The four corners, EPSG:3035, counter-clockwise from the south-west. */
  get corners(): readonly [GridPoint, GridPoint, GridPoint, GridPoint] {
    const [south, west, side] = [this.northingM, this.eastingM, this.resolutionM];
    const [north, east] = [south + side, west + side];
    return [
      { northingM: south, eastingM: west },
      { northingM: south, eastingM: east },
      { northingM: north, eastingM: east },
      { northingM: north, eastingM: west },
    ];
  }

  get #halfDiagonalM(): number {
    return this.resolutionM * Math.SQRT1_2;
  }

  /** The radius of the disc around the projection's origin that holds the cell. */
  get farthestFromOriginM(): number {
    return distanceFromOriginM(this.centre) + this.#halfDiagonalM;
  }

  /** A geodesic distance from the centre that no place in the cell is beyond. */
  get farthestFromCentreM(): number {
    return lengthDistortion(this.farthestFromOriginM) * this.#halfDiagonalM;
  }

  /**
   * Return the outline in WGS 84, closed and counter-clockwise (RFC 7946).
   *
   * Sides are bent where they must be: neighbours and nested cells meet within a metre.
   */
  polygon(): Ring {
    const [south, west, side] = [this.northingM, this.eastingM, this.resolutionM];
    const [north, east] = [south + side, west + side];
    const step = Math.min(side, POLYGON_STEP_M);
    const steps = Array.from({ length: side / step }, (_, index) => index * step);
    const ring: GridPoint[] = [
      ...steps.map((at) => ({ northingM: south, eastingM: west + at })),
      ...steps.map((at) => ({ northingM: south + at, eastingM: east })),
      ...steps.map((at) => ({ northingM: north, eastingM: east - at })),
      ...steps.map((at) => ({ northingM: north - at, eastingM: west })),
      { northingM: south, eastingM: west },
    ];
    return ring.map(longitudeLatitude);
  }

  /**
   * Return bounds in metres on the geodesic distance from `point` to any place in this cell.
   *
   * Two bounds hold, and the tighter of each is taken; `geo/nabij_geo/cell.py` has the proof.
   */
  distanceInterval(point: GridPoint): DistanceInterval {
    const [centre, half] = [this.centre, this.resolutionM / 2];
    const toCentreM = geodesicDistanceM(unproject(point), unproject(centre));
    const north = Math.abs(point.northingM - centre.northingM);
    const east = Math.abs(point.eastingM - centre.eastingM);
    const discM = Math.max(this.farthestFromOriginM, distanceFromOriginM(point));
    const distortion = lengthDistortion(discM);
    const spreadM = distortion * this.#halfDiagonalM;
    const planarNearestM = Math.hypot(Math.max(north - half, 0), Math.max(east - half, 0));
    const planarFarthestM = Math.hypot(north + half, east + half);
    return {
      nearestM: Math.max(planarNearestM / distortion, toCentreM - spreadM),
      farthestM: Math.min(planarFarthestM * distortion, toCentreM + spreadM),
    };
  }
}

function longitudeLatitude(point: GridPoint): readonly [number, number] {
  const { latitudeDeg, longitudeDeg } = unproject(point);
  const rounded = (degrees: number) => Number(degrees.toFixed(POLYGON_DECIMALS));
  return [rounded(longitudeDeg), rounded(latitudeDeg)];
}
