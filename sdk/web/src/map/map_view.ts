/** The map itself: MapLibre in a container, which clusters in its worker and asks nobody for tiles. */

import type { FeatureCollection, Position as Place } from "geojson";
import * as maplibre from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import type { AllPlaces } from "../api/catalogue.ts";
import { outline, SHAPE_SIDE } from "../elements/shapes.ts";
import { type CatalogueSource, Cell, unproject } from "../geo/index.ts";
import type { Around } from "../nearby/finding.ts";
import type { Locale } from "../texts/texts.ts";
import outlines from "./outlines.json";
import {
  CLUSTERS,
  COLOURS,
  type Colours,
  type Content,
  mapStyle,
  NOTHING,
  POINTS,
  STREETS,
} from "./style.ts";

maplibre.setWorkerUrl(workerUrl);

export type Bounds = maplibre.LngLatBounds;

const NETHERLANDS: maplibre.LngLatBoundsLike = [3.2, 50.7, 7.3, 53.6];
const PADDING_PX = 48;
const NEAREST_ZOOM = 14;
const DEEPEST_ZOOM = 17;
const ICON_PX = 20;
const PIXELS = 2;
/** Whom a visitor asks who wants streets; the service's content policy names it, too. */
export const STREETS_HOST = "service.pdok.nl";
const STREETS_TILES = `https://${STREETS_HOST}/brt/achtergrondkaart/wmts/v2_0/grijs/EPSG:3857/{z}/{x}/{y}.png`;

/** What the map tells the element that shows it. */
export interface Listener {
  /** Somebody opened a source. */
  opened(id: string): void;
  /** Another part is in view. */
  moved(bounds: Bounds): void;
}

export class MapView {
  readonly #map: maplibre.Map;
  readonly #container: HTMLElement;
  readonly #locale: Locale;
  readonly #scheme = matchMedia("(prefers-color-scheme: dark)");
  #content: Content = {
    countries: countries(),
    towns: NOTHING,
    around: NOTHING,
    sources: NOTHING,
    opened: NOTHING,
  };
  #streets = false;

  /** Draw in a container, with the colours that its tokens have there; `locale`: of numbers. */
  constructor(
    container: HTMLElement,
    locale: Locale,
    texts: Record<string, string>,
    listener: Listener,
  ) {
    this.#container = container;
    this.#locale = locale;
    this.#map = new maplibre.Map({
      container,
      style: this.#style(),
      bounds: NETHERLANDS,
      maxZoom: DEEPEST_ZOOM,
      attributionControl: false,
      fadeDuration: 0,
      cooperativeGestures: true,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      locale: texts,
    });
    this.#map.touchZoomRotate.disableRotation();
    this.#map.keyboard.disableRotation();
    this.#map.setMissingStyleImageResolver((technology) => {
      this.#map.addImage(technology, this.#icon(technology), { pixelRatio: PIXELS });
    });
    // What came before the style was there.
    this.#map.once("style.load", () => {
      const { countries: _, ...shown } = this.#content;
      for (const [name, data] of Object.entries(shown)) this.#source(name)?.setData(data);
    });
    this.#map.on("moveend", () => listener.moved(this.#map.getBounds()));
    this.#map.on("click", POINTS, (event) => {
      const id: unknown = event.features?.[0]?.properties.id;
      if (typeof id === "string") listener.opened(id);
    });
    this.#map.on("click", CLUSTERS, (event) => void this.#spread(event));
    for (const layer of [POINTS, CLUSTERS]) {
      this.#map.on("mouseenter", layer, () => this.#point("pointer"));
      this.#map.on("mouseleave", layer, () => this.#point(""));
    }
    this.#scheme.addEventListener("change", this.repaint);
  }

  remove(): void {
    this.#scheme.removeEventListener("change", this.repaint);
    this.#map.remove();
  }

  /** Wait until all is drawn that is to be. */
  async idle(): Promise<void> {
    if (!this.#map.loaded() || this.#map.isMoving()) await this.#map.once("idle");
  }

  get bounds(): Bounds {
    return this.#map.getBounds();
  }

  showSources(sources: readonly CatalogueSource[]): void {
    this.#show("sources", points(sources));
  }

  showTowns({ places }: AllPlaces): void {
    const features = places.map(({ name, cell, population }) => {
      const { latitudeDeg, longitudeDeg } = unproject(Cell.parse(cell).centre);
      return pointed([longitudeDeg, latitudeDeg], { name, population });
    });
    this.#show("towns", { type: "FeatureCollection", features });
  }

  showOpened(source: CatalogueSource | null): void {
    this.#show("opened", points(source === null ? [] : [source]));
    if (source === null) return;
    const place = lngLat(source);
    if (!this.#map.getBounds().contains(place)) this.#map.easeTo({ center: place });
  }

  /** Show around what one looks, and move there, so far that `found` is in view. */
  showAround(around: Around | null, found: readonly CatalogueSource[]): void {
    const shown = around === null ? [] : [marked(around)];
    this.#show("around", { type: "FeatureCollection", features: shown });
    const bounds = new maplibre.LngLatBounds();
    for (const each of found) bounds.extend(lngLat(each));
    for (const each of around === null ? [] : corners(around)) {
      bounds.extend(each as [number, number]);
    }
    const wanted = bounds.isEmpty() ? NETHERLANDS : bounds;
    this.#map.fitBounds(wanted, { padding: PADDING_PX, maxZoom: NEAREST_ZOOM, animate: false });
  }

  zoomBy(steps: number): void {
    this.#map.zoomTo(this.#map.getZoom() + steps);
  }

  /** Put PDOK's map under it: from now on its host sees which part is in view. */
  showStreets(): void {
    this.#streets = true;
    this.repaint();
  }

  /** Take the colours of the tokens as they are now. */
  repaint = (): void => {
    this.#map.setStyle(this.#style(), { diff: false });
  };

  #style(): maplibre.StyleSpecification {
    const style = mapStyle(this.#colours(), this.#locale, this.#content);
    if (!this.#streets) return style;
    const [water, land, borders, ...others] = style.layers;
    const grounds = [water, land, borders].filter((each) => each !== undefined);
    return {
      ...style,
      sources: {
        ...style.sources,
        [STREETS]: { type: "raster", tiles: [STREETS_TILES], tileSize: 256, maxzoom: 19 },
      },
      layers: [...grounds, { id: STREETS, type: "raster", source: STREETS }, ...others],
    };
  }

  #colours(): Colours {
    const colours = this.#resolve(COLOURS);
    return Object.fromEntries(COLOURS.map((each, index) => [each, colours[index]])) as Colours;
  }

  /** Return the colours that tokens have in the container; of one that there is not, that of text. */
  #resolve(names: readonly string[]): string[] {
    const probe = document.createElement("i");
    this.#container.append(probe);
    const colours = names.map((each) => {
      probe.style.color = `var(--nabij-${each}, var(--nabij-ink))`;
      return getComputedStyle(probe).color;
    });
    probe.remove();
    return colours;
  }

  #show(name: Exclude<keyof Content, "countries">, data: FeatureCollection): void {
    this.#content = { ...this.#content, [name]: data };
    this.#source(name)?.setData(data);
  }

  #source(name: string): maplibre.GeoJSONSource | undefined {
    return this.#map.getSource<maplibre.GeoJSONSource>(name);
  }

  #icon(technology: string): ImageData {
    const canvas = document.createElement("canvas");
    const side = ICON_PX * PIXELS;
    canvas.width = canvas.height = side;
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    const [fill = "", ring = ""] = this.#resolve([technology, "card"]);
    context.scale(side / (SHAPE_SIDE + 2), side / (SHAPE_SIDE + 2));
    context.translate(1, 1);
    const path = new Path2D(outline(technology));
    context.strokeStyle = ring;
    context.lineWidth = 2;
    context.stroke(path);
    context.fillStyle = fill;
    context.fill(path);
    return context.getImageData(0, 0, side, side);
  }

  async #spread(event: maplibre.MapLayerMouseEvent): Promise<void> {
    const cluster: unknown = event.features?.[0]?.properties.cluster_id;
    if (typeof cluster !== "number") return;
    const zoom = await this.#source("sources")?.getClusterExpansionZoom(cluster);
    if (zoom !== undefined) this.#map.easeTo({ center: event.lngLat, zoom });
  }

  #point(cursor: string): void {
    this.#map.getCanvas().style.cursor = cursor;
  }
}

function countries(): FeatureCollection {
  const topology = outlines as unknown as Topology<{ countries: GeometryCollection }>;
  return feature(topology, topology.objects.countries);
}

function points(sources: readonly CatalogueSource[]): FeatureCollection {
  const features = sources.map(({ id, position, technology, count }) =>
    pointed([position.longitudeDeg, position.latitudeDeg], { id, technology, count }),
  );
  return { type: "FeatureCollection", features };
}

function pointed(coordinates: Place, properties: Record<string, unknown>): GeoJSON.Feature {
  return { type: "Feature", properties, geometry: { type: "Point", coordinates } };
}

function lngLat({ position }: CatalogueSource): [number, number] {
  return [position.longitudeDeg, position.latitudeDeg];
}

function marked(around: Around): GeoJSON.Feature {
  if (around.kind === "position") {
    const { longitudeDeg, latitudeDeg } = around.position;
    return pointed([longitudeDeg, latitudeDeg], {});
  }
  const coordinates = [corners(around)];
  return { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates } };
}

function corners(around: Around): Place[] {
  if (around.kind === "cell") return around.cell.polygon().map((each) => [...each]);
  return [[around.position.longitudeDeg, around.position.latitudeDeg]];
}
