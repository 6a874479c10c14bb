import { defineConfig } from "vite";

// The page goes where the backend serves it from, and into its wheel. `nabij-nearby.js` keeps its
// name: other pages load it, from an address that stays.
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
      },
      output: {
        entryFileNames: ({ name }) =>
          name === "nabij-nearby" ? "[name].js" : "assets/[name]-[hash].js",
      },
    },
  },
  experimental: {
    // Scripts may be loaded by pages of other origins; pages are ours.
    renderBuiltUrl: (filename, { hostType }) =>
      hostType === "js" ? { relative: true } : `/${filename}`,
  },
});
