/** The errors of this folder. No message repeats what it was given. */

/** A place, cell or catalogue that cannot be used. */
export class GeoError extends Error {
  override name = "GeoError";
}

/** No such latitude or longitude. */
export class InvalidPosition extends GeoError {
  override name = "InvalidPosition";
  constructor() {
    super("Give a latitude from -90 to 90 and a longitude from -180 to 180 degrees.");
  }
}

/** No code of the European grid, in its one official spelling. */
export class InvalidCell extends GeoError {
  override name = "InvalidCell";
  constructor() {
    super("Give the code of a cell of 1, 10 or 100 km, such as CRS3035RES1000mN3263000E3973000.");
  }
}

/** The place lies outside the area of the European grid. */
export class OutsideGrid extends GeoError {
  override name = "OutsideGrid";
  constructor() {
    super("The place lies outside the European grid, EPSG:3035.");
  }
}

/** A catalogue file that is not what the service writes. */
export class InvalidCatalogue extends GeoError {
  override name = "InvalidCatalogue";
  constructor() {
    super("This is no catalogue file of format 1. Download it again.");
  }
}
