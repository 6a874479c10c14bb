/**
 * The catalogue of sources that everybody downloads alike, and what is near in it.
 *
 * Rules, as `geo/nabij_geo/catalogue.py` and `catalogue_document.py` have them:
 *
 * 1. a source's place is two whole numbers of 1e-5 degree (1.1 m), WGS 84;
 * 2. a private person's source has no name, story, register or exact capacity, and its place is the
 *    middle of a square;
 * 3. sources at the same distance are ranked by id;
 * 4. reading is strict: no other type, length or number; members that this version does not know are
 *    passed over. No error repeats what was read.
 */

import type { Cell } from "./cell.ts";
import { EQUATORIAL_RADIUS_M, FLATTENING, geodesicDistanceM } from "./ellipsoid.ts";
import { GeoError, InvalidCatalogue } from "./errors.ts";
import { prune } from "./nearby.ts";
import { type Position, position, radians } from "./position.ts";
import { project, unproject } from "./projection.ts";

const FORMAT = 1;
const E5 = 100_000;
// Largest radius of curvature over smallest: (a² / b) / (b² / a).
const CURVATURES = (1 - FLATTENING) ** -3;
// The cosine of an angle near zero is right to 1e-16, and so the angle to 2e-8 (0.1 m).
const ANGLE_SLACK = 1e-7;
const SMALLEST_RADIUS_M = EQUATORIAL_RADIUS_M * (1 - FLATTENING) ** 2;

/** Least and most kilowatts that each private person's source has; the most is null without one. */
export type Band = readonly [number, number | null];

/** A source as it is published, or those of several neighbours in one square. */
export interface CatalogueSource {
  readonly id: string;
  readonly position: Position;
  readonly technology: string;
  readonly ownerKind: string;
  readonly licence: string;
  readonly madeUp: boolean;
  /** Whether the place is the site itself or the middle of the square that it is in. */
  readonly located: "site" | "cell";
  readonly name: string | null;
  readonly story: string | null;
  readonly register: string | null;
  readonly capacityKw: number | null;
  readonly capacityBandKw: Band | null;
  /** How many sources it stands for; more than one only of private persons. */
  readonly count: number;
  /** Of name and story, a tag of BCP 47. */
  readonly language: string | null;
}

/** A source and its geodesic distance in metres from the position it was ranked for. */
export interface Ranked {
  readonly source: CatalogueSource;
  readonly distanceM: number;
}

/** Tell whether a source is wanted. */
export type Filter = (source: CatalogueSource) => boolean;

const everything: Filter = () => true;

/** Every published source, or those of one region, as of one version. */
export class Catalogue {
  readonly version: number;
  readonly sources: readonly CatalogueSource[];
  readonly #normals: readonly Vector[];

  constructor(version: number, sources: readonly CatalogueSource[]) {
    this.version = version;
    this.sources = sources;
    this.#normals = sources.map((each) => normal(each.position));
  }

  /** Return the catalogue that a parsed file holds; throw `InvalidCatalogue` where it is none. */
  static decode(document: unknown): Catalogue {
    const members = object(document);
    if (members.format !== FORMAT) throw new InvalidCatalogue();
    return new Catalogue(whole(members.version), sourcesOf(members));
  }

  /**
   * Return the k sources nearest to a position (WGS 84) by geodesic distance, nearest first.
   *
   * Chosen by the angle between normals of the ellipsoid, then by distance; nothing is missed
   * (`nearest` of `geo/nabij_geo/catalogue.py` has the proof).
   */
  nearest(to: Position, k: number, wanted: Filter = everything): Ranked[] {
    if (!(k >= 1)) throw new GeoError("Ask for at least one: k is 1 or more.");
    let turned = this.#turned(to, wanted);
    const kth = turned.map((each) => each.cosine).sort((a, b) => b - a)[k - 1];
    if (kth !== undefined && turned.length > k) {
      turned = within(turned, Math.acos(Math.min(kth, 1)) * CURVATURES);
    }
    return this.#ranked(to, turned).slice(0, k);
  }

  /**
   * Return every source that is among the k nearest for some place in a cell, in the order of their
   * distance from its centre. Few others are among them: see `prune`.
   */
  candidates(cell: Cell, k: number, wanted: Filter = everything): CatalogueSource[] {
    const centre = unproject(cell.centre);
    let ranked = this.nearest(centre, k, wanted);
    const last = ranked.at(-1);
    if (last !== undefined && ranked.length === k) {
      // k sources are within the k-th distance and a half-diagonal of every place in the cell, and
      // so its k nearest are: within one half-diagonal more of the centre.
      const reachM = last.distanceM + 2 * cell.farthestFromCentreM;
      const turned = within(this.#turned(centre, wanted), reachM / SMALLEST_RADIUS_M);
      ranked = this.#ranked(centre, turned).filter((each) => each.distanceM <= reachM);
    }
    const sources = ranked.map((each) => each.source);
    const places = sources.map((each) => ({ id: each.id, point: project(each.position) }));
    const kept = new Set(prune(cell, places, k));
    return sources.filter((_, index) => kept.has(index));
  }

  #turned(to: Position, wanted: Filter): Turned[] {
    const [x, y, z] = normal(to);
    return this.sources.flatMap((source, index) => {
      if (!wanted(source)) return [];
      const [a, b, c] = this.#normals[index] as Vector;
      return [{ source, cosine: a * x + b * y + c * z }];
    });
  }

  #ranked(to: Position, turned: readonly Turned[]): Ranked[] {
    return turned
      .map(({ source }) => ({ source, distanceM: geodesicDistanceM(to, source.position) }))
      .sort((a, b) => a.distanceM - b.distanceM || byId(a.source, b.source));
  }
}

type Vector = readonly [number, number, number];

interface Turned {
  readonly source: CatalogueSource;
  readonly cosine: number;
}

function within(turned: readonly Turned[], angle: number): Turned[] {
  const least = Math.cos(Math.min(angle + ANGLE_SLACK, Math.PI));
  return turned.filter((each) => each.cosine >= least);
}

function normal(at: Position): Vector {
  const [latitude, longitude] = [radians(at.latitudeDeg), radians(at.longitudeDeg)];
  const across = Math.cos(latitude);
  return [across * Math.cos(longitude), across * Math.sin(longitude), Math.sin(latitude)];
}

function byId(a: CatalogueSource, b: CatalogueSource): number {
  return a.id < b.id ? -1 : 1;
}

function sourcesOf(members: Members): CatalogueSource[] {
  const size = whole(members.sources);
  const column = <T>(values: readonly T[]): readonly T[] => {
    if (values.length !== size) throw new InvalidCatalogue();
    return values;
  };
  const shared = <T>(name: string, read: (value: unknown) => T) =>
    column(spreadOut(members[name], read));
  const latitudes = column(sums(members.latitude_e5, -90 * E5, 90 * E5));
  const longitudes = column(sums(members.longitude_e5, -180 * E5, 180 * E5));
  const ids = column(each(members.id, text));
  const counts = column(each(members.count, whole));
  const columns = {
    technology: shared("technology", text),
    ownerKind: shared("owner_kind", text),
    licence: shared("licence", text),
    madeUp: shared("made_up", truth),
    located: shared("located", located),
    name: shared("name", optional(text)),
    story: shared("story", optional(text)),
    register: shared("register", optional(text)),
    capacityKw: shared("capacity_kw", optional(kilowatts)),
    capacityBandKw: shared("capacity_band_kw", optional(band)),
    language: "language" in members ? shared("language", optional(text)) : ids.map(() => null),
  };
  if (new Set(ids).size !== size) throw new InvalidCatalogue();
  return ids.map((id, index) => {
    const at = <T>(values: readonly T[]): T => values[index] as T;
    const source: CatalogueSource = {
      id,
      position: position(at(latitudes) / E5, at(longitudes) / E5),
      count: at(counts),
      technology: at(columns.technology),
      ownerKind: at(columns.ownerKind),
      licence: at(columns.licence),
      madeUp: at(columns.madeUp),
      located: at(columns.located),
      name: at(columns.name),
      story: at(columns.story),
      register: at(columns.register),
      capacityKw: at(columns.capacityKw),
      capacityBandKw: at(columns.capacityBandKw),
      language: at(columns.language),
    };
    if (!isPublishable(source)) throw new InvalidCatalogue();
    return source;
  });
}

/** Tell whether a source tells of its owner what may be told (rule 2). */
function isPublishable(source: CatalogueSource): boolean {
  if (source.ownerKind !== "person") return source.count === 1 && source.capacityBandKw === null;
  const told = [source.name, source.story, source.register, source.capacityKw, source.language];
  return source.located === "cell" && source.count > 0 && told.every((each) => each === null);
}

type Members = Readonly<Record<string, unknown>>;

function object(value: unknown): Members {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InvalidCatalogue();
  }
  return value as Members;
}

function each<T>(values: unknown, read: (value: unknown) => T): T[] {
  if (!Array.isArray(values)) throw new InvalidCatalogue();
  return values.map(read);
}

/** Read a column of which many sources share a value: its values, and which each has. */
function spreadOut<T>(column: unknown, read: (value: unknown) => T): T[] {
  const members = object(column);
  const values = each(members.values, read);
  return sums(members.index, 0, values.length - 1).map((index) => values[index] as T);
}

function sums(differences: unknown, least: number, most: number): number[] {
  let sum = 0;
  return each(differences, (value) => {
    sum += integer(value);
    if (sum < least || sum > most) throw new InvalidCatalogue();
    return sum;
  });
}

function integer(value: unknown): number {
  if (!Number.isSafeInteger(value)) throw new InvalidCatalogue();
  return value as number;
}

function whole(value: unknown): number {
  const number = integer(value);
  if (number < 0) throw new InvalidCatalogue();
  return number;
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new InvalidCatalogue();
  return value;
}

function truth(value: unknown): boolean {
  if (typeof value !== "boolean") throw new InvalidCatalogue();
  return value;
}

function located(value: unknown): "site" | "cell" {
  if (value !== "site" && value !== "cell") throw new InvalidCatalogue();
  return value;
}

function kilowatts(value: unknown): number {
  const sensible = typeof value === "number" && value >= 0 && value <= 2 ** 53;
  if (!sensible) throw new InvalidCatalogue();
  return value;
}

function band(value: unknown): Band {
  const [least, most] = each(value, optional(kilowatts));
  if (!Array.isArray(value) || value.length !== 2 || typeof least !== "number") {
    throw new InvalidCatalogue();
  }
  return [least, most ?? null];
}

function optional<T>(read: (value: unknown) => T): (value: unknown) => T | null {
  return (value) => (value === null ? null : read(value));
}
