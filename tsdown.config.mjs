import license from "rollup-plugin-license";
import { defineConfig } from "tsdown";

/** One bundled entry; what a command does not need stays in a chunk that it does not load. */
export default defineConfig({
  entry: ["src/main.ts"],
  format: "esm",
  platform: "node",
  target: "node20",
  dts: false,
  clean: true,
  alias: {
    // js-yaml 3 loads a parser of JavaScript for a type that is never read or written here.
    esprima: new URL("scripts/no-module.mjs", import.meta.url).pathname,
  },
  outExtensions: () => ({ js: ".js" }),
  plugins: [license({ thirdParty: { output: { file: "dist/THIRD-PARTY-LICENSES.txt" } } })],
});
