// Write src/map/outlines.json: the countries around the Netherlands, for a map that asks nobody.
// Source: Natural Earth 1:10m (public domain), as the package world-atlas has it.
import { readFileSync, writeFileSync } from "node:fs";
import { feature, quantize } from "topojson-client";
import { filter, planarTriangleArea, presimplify, simplify } from "topojson-simplify";

const LEFT_OUT = ["Russia"]; // its far side would triple the file
const [WEST, SOUTH, EAST, NORTH] = [-26, 27, 32, 72];
const LEAST_AREA = 4e-3; // square degrees
const STEPS = 65_536;

const world = JSON.parse(readFileSync("node_modules/world-atlas/countries-10m.json", "utf-8"));

function isInEurope(country) {
  if (LEFT_OUT.includes(country.properties.name)) return false;
  const numbers = feature(world, country).geometry.coordinates.flat(Number.POSITIVE_INFINITY);
  const places = Array.from({ length: numbers.length / 2 }, (_, n) => [
    numbers[2 * n],
    numbers[2 * n + 1],
  ]);
  return places.some(([x, y]) => WEST < x && x < EAST && SOUTH < y && y < NORTH);
}

/** Finer where most look: in and around the Netherlands. */
function weight([x, y]) {
  return 2 < x && x < 8.5 && 49.4 < y && y < 54.2 ? 40 : 1;
}

const geometries = world.objects.countries.geometries.filter(isInEurope);
const bare = geometries.map(({ type, arcs }) => ({ type, arcs }));
const europe = {
  ...world,
  objects: { countries: { type: "GeometryCollection", geometries: bare } },
};
const weighed = presimplify(
  filter(europe),
  (triangle) => planarTriangleArea(triangle) * weight(triangle[1]),
);
const { bbox: _, ...simple } = simplify(weighed, LEAST_AREA);
writeFileSync("src/map/outlines.json", JSON.stringify(quantize(simple, STEPS)));
