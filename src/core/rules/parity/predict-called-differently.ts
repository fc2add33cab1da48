import { mainOf, parameterList } from "../analysis/entry-point.ts";
import { type Call, keyword, takesUnknown } from "../analysis/python-tree.ts";
import { type IndexedFile, resolve } from "../analysis/source-index.ts";
import type { Rule } from "../rule.ts";

export const predictCalledDifferently: Rule = {
  code: "XF505",
  name: "predict-called-differently",
  severity: "error",
  summary: "inference.py calls predict as train.py does",
  why: "Different arguments give a different prediction than the one validated, or a TypeError after hours in the queue.",
  fix: "Call predict with the same arguments, and take values that matter from Config.",
  bad: `# train.py\noof[va_idx] = predict(model, valid, tta=True)\n# inference.py\nprediction = predict(model, test)`,
  good: `# inference.py\nprediction = predict(model, test, tta=True)`,
  check(source) {
    const { train, inference } = source;
    const predict = train?.functions.get("predict");
    if (train === undefined || inference === undefined || predict === undefined) return [];
    const theirs = predictCalls(train, "predict");
    return predictCalls(inference, "train.predict").flatMap((call) => {
      const refused = cannotCall(predict, call);
      if (refused !== undefined) return [{ file: inference, at: call, message: refused }];
      const other = callsOtherwise(theirs, call);
      if (other === undefined) return [];
      return [{ file: inference, at: call, message: other, severity: "warning" as const }];
    });
  },
};

function predictCalls(file: IndexedFile, name: string): Call[] {
  return file.calls.filter((call) => resolve(file, call.func) === name && !takesUnknown(call));
}

type Function = NonNullable<ReturnType<typeof mainOf>>;

/** Why Python would refuse the call, or undefined. */
function cannotCall(predict: Function, call: Call): string | undefined {
  const known = parameterList(predict);
  const names = call.keywords.map(({ arg }) => arg!);
  const unknown = names.find((name) => !known.some((one) => one.name === name));
  if (unknown !== undefined && !predict.args.kwarg) return `predict has no parameter ${unknown}`;
  const positional = predict.args.posonlyargs.length + predict.args.args.length;
  if (call.args.length > positional && !predict.args.vararg)
    return `predict takes ${positional} positional arguments`;
  const needed = known.filter(
    (one, index) => index >= call.args.length && one.default === undefined,
  );
  const lacking = needed.filter(({ name }) => !names.includes(name)).map(({ name }) => name);
  return lacking.length > 0 ? `predict is missing ${lacking.join(", ")}` : undefined;
}

/** An option that every call in training sets and this one does not, or sets to another constant. */
function callsOtherwise(theirs: readonly Call[], call: Call): string | undefined {
  const [first] = theirs;
  if (first === undefined || first.args.length !== call.args.length) return undefined;
  for (const { arg, value } of first.keywords) {
    if (!theirs.every((one) => keyword(one, arg!) !== undefined) || value.nodeType !== "Constant")
      continue;
    const ours = keyword(call, arg!);
    if (ours === undefined) return `training calls predict with ${arg}, inference does not`;
    if (ours.nodeType === "Constant" && ours.value !== value.value)
      return `predict gets a different ${arg} than in training`;
  }
  return undefined;
}
