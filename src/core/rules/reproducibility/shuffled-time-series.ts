import { trainingFiles } from "../analysis/experiment-source.ts";
import { calledName, isConstant, keyword } from "../analysis/python-tree.ts";
import { type IndexedFile, resolve } from "../analysis/source-index.ts";
import { splittersIn } from "../analysis/splitters.ts";
import type { Rule } from "../rule.ts";

export const shuffledTimeSeries: Rule = {
  code: "XF306",
  name: "shuffled-time-series",
  severity: "error",
  summary: "rows are sorted by time before TimeSeriesSplit",
  why: "TimeSeriesSplit cuts by position: with shuffled rows, the training part contains the future.",
  fix: "Sort by the time column before the split, and do not shuffle.",
  bad: `train = train.sample(frac=1, random_state=config.seed)\nfor tr_idx, va_idx in TimeSeriesSplit(5).split(train): ...`,
  good: `train = train.sort("date")\nfor tr_idx, va_idx in TimeSeriesSplit(5).split(train): ...`,
  check: (source) =>
    trainingFiles(source).flatMap((file) => {
      const splitters = splittersIn(file, new Set(["TimeSeriesSplit"]));
      const asked = splitters
        .filter(({ call }) => isConstant(keyword(call, "shuffle"), true))
        .map(({ call }) => ({
          file,
          at: call,
          message: "TimeSeriesSplit has no parameter shuffle",
        }));
      return splitters.length === 0 ? [] : asked.concat(shuffles(file));
    }),
};

/** The whole frame in another order, unless it is sorted afterwards. */
function shuffles(file: IndexedFile) {
  const sorted = Math.max(
    0,
    ...file.calls
      .filter((call) => /^sort(_values)?$/.test(calledName(call)))
      .map(({ lineno }) => lineno),
  );
  return file.calls
    .filter((call) => call.lineno > sorted)
    .filter(
      (call) =>
        (calledName(call) === "sample" &&
          (isConstant(keyword(call, "frac"), 1) || isConstant(keyword(call, "fraction"), 1))) ||
        resolve(file, call.func) === "sklearn.utils.shuffle",
    )
    .map((call) => ({
      file,
      at: call,
      message: "rows are shuffled, and TimeSeriesSplit cuts by position",
    }));
}
