import { trainingFiles } from "../analysis/experiment-source.ts";
import { type Call, calledName, keyword, takesUnknown } from "../analysis/python-tree.ts";
import { hasSeed, seedsNumpy } from "../analysis/seeds.ts";
import { type IndexedFile, resolve } from "../analysis/source-index.ts";
import type { Found, Rule } from "../rule.ts";

const numpyDraws =
  /^numpy\.random\.(rand|randn|randint|random|random_sample|choice|shuffle|permutation|uniform|normal|binomial|poisson|beta)$/;

export const numpyWithoutSeed: Rule = {
  code: "XF303",
  name: "numpy-without-seed",
  severity: "warning",
  summary: "random numbers of numpy and samples of pandas or polars have a seed",
  why: "Samples and permutations that change from run to run change the data that the score is computed on.",
  fix: "Use rng = np.random.default_rng(config.seed), and pass random_state= (pandas) or seed= (polars) to sample.",
  bad: `rows = np.random.permutation(len(train))`,
  good: `rows = np.random.default_rng(config.seed).permutation(len(train))`,
  check(source) {
    if (seedsNumpy(source)) return [];
    return trainingFiles(source).flatMap((file) =>
      file.calls.flatMap((call) => unseeded(file, call)),
    );
  },
};

function unseeded(file: IndexedFile, call: Call): Found[] {
  const name = resolve(file, call.func) ?? "";
  if (numpyDraws.test(name)) return [{ file, at: call, message: `${name} has no seed` }];
  if (name === "numpy.random.default_rng" && call.args.length + call.keywords.length === 0) {
    return [{ file, at: call, message: "default_rng() has no seed" }];
  }
  const sampling = ["frac", "fraction"].some((one) => keyword(call, one) !== undefined);
  if (calledName(call) !== "sample" || !sampling || takesUnknown(call) || hasSeed(call)) return [];
  return [{ file, at: call, message: "sample has no seed" }];
}
