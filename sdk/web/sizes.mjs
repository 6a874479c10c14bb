// Print the bytes of `<nabij-consent>`, compressed, with all that it loads at first in one language.
import { gzipSync } from "node:zlib";
import { build } from "vite";

const TEXTS = ["nl.js", "generated.nl.js"];

const { output } = await build({
  configFile: false,
  logLevel: "error",
  build: {
    write: false,
    target: "es2022",
    modulePreload: false,
    rolldownOptions: {
      input: "src/elements/consent.ts",
      preserveEntrySignatures: "strict",
      output: { chunkFileNames: "[name].js", entryFileNames: "[name].js" },
    },
  },
});

function withImports(name) {
  const chunk = output.find((each) => each.fileName === name);
  return [chunk, ...chunk.imports.flatMap(withImports)];
}

const loaded = new Set([...withImports("consent.js"), ...TEXTS.flatMap(withImports)]);
const bytes = [...loaded].reduce((sum, { code }) => sum + gzipSync(code).length, 0);
process.stdout.write(String(bytes));
