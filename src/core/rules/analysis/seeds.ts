import type { Edit } from "../rule.ts";
import { configFields, type ExperimentSource, trainingFiles } from "./experiment-source.ts";
import { scopeNodes } from "./fold-loop.ts";
import { argumentsOf, type Call, isConstant, keyword, parameters } from "./python-tree.ts";
import { columnAt } from "./source-file.ts";
import { enclosingFunction, type IndexedFile, resolve } from "./source-index.ts";

/** Whether a call is given a seed that is not None. */
export function hasSeed(call: Call): boolean {
  const seed = call.keywords.find(({ arg }) => /^(random_state|seed|random_seed)$/.test(arg ?? ""));
  return seed !== undefined && !isConstant(seed.value, null);
}

/** Adds `random_state=config.seed` behind the last argument, where config and its seed are at hand. */
export function seedFix(
  source: ExperimentSource,
  file: IndexedFile,
  call: Call,
): Edit[] | undefined {
  const last = argumentsOf(call).at(-1);
  const simple = last?.end_lineno === last?.lineno && last?.end_col_offset !== undefined;
  if (last === undefined || !simple || keyword(call, "random_state") !== undefined)
    return undefined;
  if (!configFields(source).includes("seed") || !knowsConfig(file, call)) return undefined;
  const column = columnAt(file.lines, last.lineno, last.end_col_offset!);
  const after = file.lines[last.lineno - 1]!.slice(column - 1);
  if (!/^\s*[,)]|^\s*$/.test(after)) return undefined;
  return [{ line: last.lineno, from: column, to: column, text: ", random_state=config.seed" }];
}

function knowsConfig(file: IndexedFile, call: Call): boolean {
  const inside = enclosingFunction(file, call);
  if (inside === undefined) return false;
  if (parameters(inside).includes("config")) return true;
  return scopeNodes(file, call).some(
    (node) =>
      node.nodeType === "Assign" &&
      node.lineno < call.lineno &&
      node.targets.some((target) => target.nodeType === "Name" && target.id === "config"),
  );
}

/** Whether scikit-learn and numpy draw from a seed without being given one: it is set for the whole process. */
export function seedsNumpy(source: ExperimentSource): boolean {
  return seedsGlobally(source, /^numpy\.random\.seed$/);
}

/** A call that seeds everything, in any of the training files: by its own name or seed_everything and its kind. */
export function seedsGlobally(source: ExperimentSource, own: RegExp): boolean {
  return trainingFiles(source).some((file) =>
    file.calls.some((call) => {
      const name = resolve(file, call.func) ?? "";
      return own.test(name) || /(^|_)seeds?(_|$)/i.test(name.split(".").at(-1)!);
    }),
  );
}
