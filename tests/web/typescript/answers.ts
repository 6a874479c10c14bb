/** Reads `{"name": …, "input": …}` from standard input and writes what `@nabij/web` answers. */

import {
  Catalogue,
  Cell,
  geodesicDistanceM,
  position,
  project,
  unproject,
} from "../../../sdk/web/src/geo/index.ts";
import { type Around, find } from "../../../sdk/web/src/nearby/finding.ts";
import {
  checkInclusion,
  checkReceipt,
  fromHex,
  readKeys,
  verifyInclusion,
} from "../../../sdk/web/src/proof/index.ts";

type Pair = readonly [number, number];
const at = ([latitude, longitude]: Pair) => position(latitude, longitude);

/** The answer, or the name of the error: what cannot be used throws. */
async function tried<T>(work: () => T | Promise<T>): Promise<T | string> {
  try {
    return await work();
  } catch (error) {
    return (error as Error).name;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: each answer knows its own input
const ANSWERS: Record<string, (input: any) => unknown> = {
  cells: (positions: Pair[]) =>
    Promise.all(
      positions.map((each) =>
        tried(() => {
          const point = project(at(each));
          const back = unproject(point);
          return {
            point: [point.northingM, point.eastingM],
            back: [back.latitudeDeg, back.longitudeDeg],
            codes: ([1_000, 10_000, 100_000] as const).map(
              (side) => Cell.containing(at(each), side).code,
            ),
          };
        }),
      ),
    ),
  parsed: (codes: string[]) => Promise.all(codes.map((code) => tried(() => Cell.parse(code).code))),
  polygons: (codes: string[]) => codes.map((code) => Cell.parse(code).polygon()),
  distances: (pairs: [Pair, Pair][]) => pairs.map(([a, b]) => geodesicDistanceM(at(a), at(b))),
  intervals: (pairs: [string, Pair][]) =>
    pairs.map(([code, point]) => {
      const { nearestM, farthestM } = Cell.parse(code).distanceInterval(project(at(point)));
      return [nearestM, farthestM];
    }),
  decoded: (document: unknown) => tried(() => Catalogue.decode(document).sources),
  refused: (documents: unknown[]) =>
    Promise.all(documents.map((each) => tried(() => Catalogue.decode(each).version))),
  nearest: ({ document, asked }) => {
    const catalogue = Catalogue.decode(document);
    // biome-ignore lint/suspicious/noExplicitAny: as above
    return asked.map((each: any) =>
      catalogue
        .nearest(
          position(each.latitude_deg, each.longitude_deg),
          each.k,
          (source) =>
            (each.technologies ?? [source.technology]).includes(source.technology) &&
            (each.owner_kinds ?? [source.ownerKind]).includes(source.ownerKind),
        )
        .map(({ source, distanceM }) => [source.id, distanceM]),
    );
  },
  candidates: ({ document, asked }) => {
    const catalogue = Catalogue.decode(document);
    return asked.map(({ cell, k }: { cell: string; k: number }) =>
      catalogue.candidates(Cell.parse(cell), k).map(({ id }) => id),
    );
  },
  found: ({ document, k, asked }) => {
    const catalogue = Catalogue.decode(document);
    const told = (around: Around) =>
      find(catalogue, around, k, () => true, "distance").map(({ source, distance }) => {
        return { id: source.id, distance };
      });
    return asked.map((each: Pair) => {
      const cell = Cell.containing(at(each));
      return {
        exact: told({ kind: "position", position: at(each) }),
        around: told({ kind: "cell", cell, place: null }),
      };
    });
  },
  included: (proofs) =>
    Promise.all(
      // biome-ignore lint/suspicious/noExplicitAny: as above
      proofs.map(({ leaf, index, size, path, root }: any) =>
        tried(async () => {
          await verifyInclusion(fromHex(leaf), index, size, path.map(fromHex), fromHex(root));
          return "holds";
        }),
      ),
    ),
  proved: async ({ keys, receipt, proof }) =>
    tried(async () => {
      const known = await readKeys(keys);
      const read = await checkReceipt(receipt, known);
      return [read.event.act.kind, await checkInclusion(read, proof, known)];
    }),
};

const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
const { name, input } = JSON.parse(Buffer.concat(chunks).toString());
process.stdout.write(JSON.stringify(await ANSWERS[name]?.(input)));
