import type { Found } from "../rule.ts";
import { type Code, type ExperimentSource, inferenceCode, nodesOf } from "./experiment-source.ts";
import { type Call, calledName } from "./python-tree.ts";
import { resolve } from "./source-index.ts";

export interface InferenceCall extends Code {
  call: Call;
  name: string;
}

/** Calls that inference.py makes, itself and through functions of the experiment. */
function* inferenceCalls(source: ExperimentSource): Generator<InferenceCall> {
  for (const { file, node } of nodesOf(inferenceCode(source))) {
    if (node.nodeType === "Call")
      yield { file, node, call: node, name: resolve(file, node.func) ?? calledName(node) };
  }
}

export function findCalls(
  source: ExperimentSource,
  summary: (one: InferenceCall) => string | undefined,
): Found[] {
  return [...inferenceCalls(source)].flatMap((one) => {
    const message = summary(one);
    return message === undefined ? [] : [{ file: one.file, at: one.call, message }];
  });
}
