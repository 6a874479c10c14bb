import { defineConfig } from "vite";

// The page goes where the backend serves it from, and into its wheel.
export default defineConfig({
  build: {
    outDir: "../../backend/nabij_backend/web/static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_500, // MapLibre, loaded where a map is shown
    modulePreload: { polyfill: false },
  },
});
