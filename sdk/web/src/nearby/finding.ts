/** Which sources are shown, in which order, and how far away each is. */

import {
  type Catalogue,
  type CatalogueSource,
  type Cell,
  geodesicDistanceM,
  type Position,
  project,
} from "../geo/index.ts";
import { plain } from "../texts/plain.ts";

/** Around what one looks: a square, whose place (if one was typed) has a name, or an exact position. */
export type Around =
  | { readonly kind: "cell"; readonly cell: Cell; readonly place: string | null }
  | { readonly kind: "position"; readonly position: Position };

/** Tell whether one looks around the customer's own square. */
export function isOwn(around: Around | null): boolean {
  return around?.kind === "cell" && around.place === null;
}

/** How far a source is, in metres. `about`: from the middle of the square that it stands in. */
export type Distance =
  | { readonly kind: "exact" | "about"; readonly distanceM: number }
  | { readonly kind: "between"; readonly nearestM: number; readonly farthestM: number };

export interface Found {
  readonly source: CatalogueSource;
  /** null: nobody said around what to look. */
  readonly distance: Distance | null;
}

export const CAPACITIES = ["small", "medium", "large"] as const;
export type Capacity = (typeof CAPACITIES)[number];
export type Order = "distance" | "capacity";

/** Which sources to show, and in which order. An empty set or text excludes nothing. */
export interface Criteria {
  readonly technologies: ReadonlySet<string>;
  readonly owners: ReadonlySet<string>;
  readonly capacity: Capacity | null;
  readonly name: string;
  readonly order: Order;
}

export const EVERYTHING: Criteria = {
  technologies: new Set(),
  owners: new Set(),
  capacity: null,
  name: "",
  order: "distance",
};

/** Kilowatts, from the first to less than the second. */
const BOUNDS_KW: Readonly<Record<Capacity, readonly [number, number]>> = {
  small: [0, 100],
  medium: [100, 1_000],
  large: [1_000, Number.POSITIVE_INFINITY],
};
const HALF_DIAGONAL_M = 1_000 * Math.SQRT1_2;

/** Tell whether the criteria exclude anything. */
export function isNarrowed(criteria: Criteria): boolean {
  const { technologies, owners, capacity, name } = criteria;
  return technologies.size > 0 || owners.size > 0 || capacity !== null || plain(name) !== "";
}

/** Return a test of sources; `nameOf` is what a source is called on the page. */
export function fits(
  criteria: Criteria,
  nameOf: (source: CatalogueSource) => string,
): (source: CatalogueSource) => boolean {
  const name = plain(criteria.name);
  return (source) =>
    (criteria.technologies.size === 0 || criteria.technologies.has(source.technology)) &&
    (criteria.owners.size === 0 || criteria.owners.has(source.ownerKind)) &&
    (criteria.capacity === null || isOf(criteria.capacity, source)) &&
    (name === "" || plain(nameOf(source)).includes(name));
}

/** Tell whether a capacity is, or may be, of a class; what is not known is of none. */
function isOf(capacity: Capacity, source: CatalogueSource): boolean {
  const [from, to] = BOUNDS_KW[capacity];
  if (source.capacityKw !== null) return from <= source.capacityKw && source.capacityKw < to;
  if (source.capacityBandKw === null) return false;
  const [least, most] = source.capacityBandKw;
  return least < to && (most === null || most >= from);
}

/**
 * Return the k sources nearest to a position, or each that may be among the k nearest of some place in
 * a cell; without either the k largest. Those of `wanted` alone.
 */
export function find(
  catalogue: Catalogue,
  around: Around | null,
  k: number,
  wanted: (source: CatalogueSource) => boolean,
  order: Order,
): Found[] {
  if (around === null) {
    const sources = catalogue.sources.filter(wanted).sort(byCapacity);
    return sources.slice(0, k).map((source) => ({ source, distance: null }));
  }
  const sources =
    around.kind === "cell"
      ? catalogue.candidates(around.cell, k, wanted)
      : catalogue.nearest(around.position, k, wanted).map((each) => each.source);
  const found = sources.map((source) => ({ source, distance: distanceOf(source, around) }));
  return order === "capacity" ? found.sort((a, b) => byCapacity(a.source, b.source)) : found;
}

/** Return how far a source is. */
export function distanceOf(source: CatalogueSource, around: Around): Distance {
  if (around.kind === "position") {
    const distanceM = geodesicDistanceM(around.position, source.position);
    return { kind: source.located === "cell" ? "about" : "exact", distanceM };
  }
  const bounds = around.cell.distanceInterval(project(source.position));
  if (source.located === "site") return { kind: "between", ...bounds };
  // A neighbour's roof stands somewhere in a square of 1 km, of which this is the middle.
  return {
    kind: "between",
    nearestM: Math.max(bounds.nearestM - HALF_DIAGONAL_M, 0),
    farthestM: bounds.farthestM + HALF_DIAGONAL_M,
  };
}

function byCapacity(a: CatalogueSource, b: CatalogueSource): number {
  return capacityKw(b) - capacityKw(a) || (a.id < b.id ? -1 : 1);
}

/** Return what is known of a capacity, least for most: unknown comes last. */
function capacityKw(source: CatalogueSource): number {
  return source.capacityKw ?? source.capacityBandKw?.[0] ?? -1;
}
