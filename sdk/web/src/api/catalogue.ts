/** The catalogue and the places: files that everybody downloads alike, so that no call tells where. */

import { Catalogue } from "../geo/index.ts";
import { getPublic, type Schemas } from "./service.ts";

/** The whole catalogue, with whom it is owed to. */
export interface Published {
  readonly catalogue: Catalogue;
  readonly changedAt: string;
  readonly attribution: Schemas["CatalogueManifest"]["attribution"];
}

/**
 * Download the catalogue of a service: the file of everything, or where that is too large the files of
 * all regions, since asking for some of them would tell where somebody looks.
 */
export async function fetchCatalogue(service = ""): Promise<Published> {
  const manifest = await getPublic<Schemas["CatalogueManifest"]>("/v1/catalogue", service);
  const whole = manifest.files.filter((each) => each.region === "all");
  const files = whole.length > 0 ? whole : manifest.files;
  const documents = await Promise.all(files.map((each) => getPublic<unknown>(each.path, service)));
  const regions = documents.map((each) => Catalogue.decode(each));
  const sources = regions.flatMap((each) => each.sources);
  return {
    catalogue: new Catalogue(manifest.version, sources),
    changedAt: manifest.changed_at,
    attribution: manifest.attribution,
  };
}

/** Every place that can be typed. */
export type AllPlaces = Schemas["AllPlaces"];

/** Download the places of a service. */
export function fetchPlaces(service = ""): Promise<AllPlaces> {
  return getPublic<AllPlaces>("/v1/places/all", service);
}
