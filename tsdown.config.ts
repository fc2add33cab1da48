import { defineConfig } from "tsdown";

/** One bundled entry; what a command does not need stays in a chunk that it does not load. */
export default defineConfig({
  entry: ["src/main.ts"],
  format: "esm",
  platform: "node",
  target: "node20",
  dts: false,
  clean: true,
  // write-file-atomic asks for __filename.
  shims: true,
  outExtensions: () => ({ js: ".js" }),
});
