import { defineConfig } from "vite";
import { dependencies } from "./package.json";

const ENTRIES = {
  consent: "src/elements/consent.ts",
  privacy: "src/elements/privacy.ts",
  nearby: "src/nearby/nearby.ts",
  geo: "src/geo/index.ts",
  proof: "src/proof/index.ts",
};

// What `npm pack` puts into the package: modules whose dependencies npm installs. MapLibre is not
// one of them: its worker is a file that belongs to it. Unminified, Vite's own helper would keep a
// name that the Vite of whoever installs it declares again.
export default defineConfig({
  base: "./",
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 3_000,
    modulePreload: false,
    rolldownOptions: {
      input: ENTRIES,
      preserveEntrySignatures: "strict",
      external: Object.keys(dependencies).flatMap((each) => [each, new RegExp(`^${each}/`)]),
      output: { entryFileNames: "[name].js", chunkFileNames: "chunks/[name]-[hash].js" },
    },
  },
});
