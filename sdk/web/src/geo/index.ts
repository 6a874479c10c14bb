/**
 * Places, the squares that stand for them, and what is near. Pure: no clock, storage or network.
 *
 * Positions are degrees of WGS 84, points and cells metres of EPSG:3035, and every error is a
 * `GeoError`. The Python of `geo/` is the reference; both agree on `tests/vectors/`.
 */

export {
  type Band,
  Catalogue,
  type CatalogueSource,
  type Filter,
  type Ranked,
} from "./catalogue.ts";
export { Cell, type DistanceInterval, RESOLUTIONS_M, type Resolution, type Ring } from "./cell.ts";
export { geodesicDistanceM } from "./ellipsoid.ts";
export {
  GeoError,
  InvalidCatalogue,
  InvalidCell,
  InvalidPosition,
  OutsideGrid,
} from "./errors.ts";
export { type Position, position } from "./position.ts";
export { type GridPoint, project, unproject } from "./projection.ts";
