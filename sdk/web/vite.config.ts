import { defineConfig } from "vite";

// The page goes where the backend serves it from, and into its wheel. `nabij-nearby.js` and
// `offline.js` keep their names: other pages and browsers come back to their addresses.
export default defineConfig({
  build: {
    outDir: "../../backend/nabij_backend/web/static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_500, // MapLibre, loaded where a map is shown
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        index: "index.html",
        embed: "embed.html",
        elements: "elements.html",
        "nabij-nearby": "src/nearby/nearby.ts",
        offline: "src/page/offline.ts",
      },
      output: {
        entryFileNames: ({ name }) =>
          name === "nabij-nearby" || name === "offline" ? "[name].js" : "assets/[name]-[hash].js",
      },
    },
  },
  experimental: {
    // Scripts may be loaded by pages of other origins; pages are ours.
    renderBuiltUrl: (filename, { hostType }) =>
      hostType === "js" ? { relative: true } : `/${filename}`,
  },
});
