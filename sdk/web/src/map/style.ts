/** How the map looks: its layers from the ground up, without labels, fonts or tiles of anybody else. */

import type { FeatureCollection } from "geojson";
import type { ExpressionSpecification, StyleSpecification } from "maplibre-gl";

/** The tokens that the map is painted with. */
export const COLOURS = [
  "water",
  "brand-soft",
  "line",
  "card",
  "ink",
  "quiet",
  "brand",
  "square",
  "square-edge",
] as const;
export type Colours = Readonly<Record<(typeof COLOURS)[number], string>>;

/** What is on the map, as GeoJSON in degrees of WGS 84. */
export interface Content {
  readonly countries: FeatureCollection;
  readonly towns: FeatureCollection;
  /** The square or the place around which one looks. */
  readonly around: FeatureCollection;
  readonly sources: FeatureCollection;
  /** The source that is open. */
  readonly opened: FeatureCollection;
}

export const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };
export const CLUSTERS = "clusters";
export const POINTS = "points";
export const STREETS = "streets";

const CLUSTER_RADIUS_PX = 40;
const DEEPEST_CLUSTER = 13;
const FONT = ["sans-serif"];
/** Fewer names are placed, and sooner, where the map shows much. */
const LARGE_ENOUGH: ExpressionSpecification = [
  ">=",
  ["get", "population"],
  ["step", ["zoom"], 50_000, 8, 15_000, 10, 2_000, 12, 0],
];
const MILLION: ExpressionSpecification = [">=", ["get", "population"], 1_000_000];

/** Return the style of the map with its content. */
export function mapStyle(colours: Colours, locale: string, content: Content): StyleSpecification {
  const town = {
    "text-color": colours.quiet,
    "text-halo-color": colours["brand-soft"],
    "text-halo-width": 1.5,
  };
  const ring = { "circle-stroke-color": colours.ink, "circle-stroke-width": 3 };
  return {
    version: 8,
    sources: {
      countries: { type: "geojson", data: content.countries },
      towns: { type: "geojson", data: content.towns },
      around: { type: "geojson", data: content.around },
      opened: { type: "geojson", data: content.opened },
      sources: {
        type: "geojson",
        data: content.sources,
        cluster: true,
        clusterRadius: CLUSTER_RADIUS_PX,
        clusterMaxZoom: DEEPEST_CLUSTER,
        clusterProperties: { count: ["+", ["get", "count"]] },
      },
    },
    layers: [
      { id: "water", type: "background", paint: { "background-color": colours.water } },
      {
        id: "land",
        type: "fill",
        source: "countries",
        paint: { "fill-color": colours["brand-soft"] },
      },
      { id: "borders", type: "line", source: "countries", paint: { "line-color": colours.line } },
      {
        id: "square",
        type: "fill",
        source: "around",
        filter: ["==", ["geometry-type"], "Polygon"],
        paint: { "fill-color": colours.square, "fill-opacity": 0.4 },
      },
      {
        id: "square-edge",
        type: "line",
        source: "around",
        filter: ["==", ["geometry-type"], "Polygon"],
        paint: { "line-color": colours["square-edge"], "line-width": 3 },
      },
      {
        id: "here",
        type: "circle",
        source: "around",
        filter: ["==", ["geometry-type"], "Point"],
        paint: { "circle-color": colours.square, "circle-radius": 8, ...ring },
      },
      {
        id: "towns",
        type: "symbol",
        source: "towns",
        filter: LARGE_ENOUGH,
        layout: {
          "text-field": ["get", "name"],
          "text-font": FONT,
          "text-size": ["case", MILLION, 15, 12],
          "text-variable-anchor": ["center", "top", "bottom", "left", "right"],
          "text-radial-offset": 1.4,
          "symbol-sort-key": ["-", 0, ["get", "population"]],
        },
        paint: town,
      },
      {
        id: CLUSTERS,
        type: "circle",
        source: "sources",
        filter: ["has", "point_count"],
        paint: {
          "circle-color": colours.card,
          "circle-radius": ["step", ["get", "point_count"], 16, 100, 20, 1_000, 24],
          "circle-stroke-color": colours.brand,
          "circle-stroke-width": 2,
        },
      },
      {
        id: "counts",
        type: "symbol",
        source: "sources",
        filter: ["has", "point_count"],
        layout: {
          "text-field": ["number-format", ["get", "count"], { locale }],
          "text-font": FONT,
          "text-size": 12,
          "text-allow-overlap": true,
        },
        paint: { "text-color": colours.ink },
      },
      {
        id: POINTS,
        type: "symbol",
        source: "sources",
        filter: ["!", ["has", "point_count"]],
        layout: { "icon-image": ["get", "technology"], "icon-allow-overlap": true },
      },
      {
        id: "opened",
        type: "circle",
        source: "opened",
        paint: { "circle-color": colours.card, "circle-radius": 15, ...ring },
      },
      {
        id: "opened-shape",
        type: "symbol",
        source: "opened",
        layout: { "icon-image": ["get", "technology"], "icon-allow-overlap": true },
      },
    ],
  };
}
