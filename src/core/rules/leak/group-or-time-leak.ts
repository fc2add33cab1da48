import { type ExperimentSource, trainingFiles } from "../analysis/experiment-source.ts";
import { isSplit, scopeNodes } from "../analysis/fold-loop.ts";
import {
  type Call,
  calledName,
  identifiers,
  keyword,
  strings,
  takesUnknown,
} from "../analysis/python-tree.ts";
import { assignedValues, type IndexedFile } from "../analysis/source-index.ts";
import {
  groupSplitters,
  outerSplitters,
  plainSplitters,
  splittersIn,
} from "../analysis/splitters.ts";
import type { Found, Rule } from "../rule.ts";

export const groupOrTimeLeak: Rule = {
  code: "XF205",
  name: "group-or-time-leak",
  severity: "error",
  summary: "the splitter respects the group or time column of project.yml",
  why: "With rows of one group, or of the future, on both sides of a split, the model recognises what it should predict: the CV score rises and the leaderboard score does not.",
  fix: "Use the strategy of project.yml: StratifiedGroupKFold with groups, or TimeSeriesSplit on rows sorted by time.",
  bad: `# project.yml: validation: { strategy: StratifiedGroupKFold, group: patient_id }\nsplitter = StratifiedKFold(5, shuffle=True, random_state=config.seed)`,
  good: `splitter = StratifiedGroupKFold(5, shuffle=True, random_state=config.seed)\nfor tr_idx, va_idx in splitter.split(X, y, groups=train["patient_id"]): ...`,
  check: (source) => [
    ...ignoresGroup(source),
    ...splitWithoutGroups(source),
    ...ignoresTime(source),
  ],
};

/** Only plain splitters are made, and nothing of the experiment's own looks like a split by group. */
function ignoresGroup(source: ExperimentSource): Found[] {
  const { group, strategy } = source.project.validation;
  if (group === undefined) return [];
  const files = trainingFiles(source);
  if (files.some((file) => mentionsAny(file, [...groupSplitters, "make_splits"]))) return [];
  if (files.some((file) => splitsGroups(file, group))) return [];
  return outerSplitters(files, plainSplitters).map(({ file, call, name }) => ({
    file,
    at: call,
    message: `${name} ignores the group column "${group}" of project.yml`,
    maybe: !/Group/.test(strategy),
  }));
}

/** Splitting the groups themselves, `KFold().split(train["patient"].unique())`, respects them too. */
function splitsGroups(file: IndexedFile, group: string): boolean {
  return file.calls.some((call) => {
    if (!/^(unique|drop_duplicates|factorize|isin|is_in|groupby|group_by)$/.test(calledName(call)))
      return false;
    const named = [...strings(call)].some(({ text }) => text === group);
    return named || identifiers(call).has(group) || identifiers(call).has("group");
  });
}

function ignoresTime(source: ExperimentSource): Found[] {
  const { time, strategy } = source.project.validation;
  if (time === undefined || strategy !== "TimeSeriesSplit") return [];
  const files = trainingFiles(source);
  if (files.some((file) => mentionsAny(file, ["TimeSeriesSplit", "make_splits"]))) return [];
  return outerSplitters(files, plainSplitters).map(({ file, call, name }) => ({
    file,
    at: call,
    message: `${name} ignores the time column "${time}" of project.yml`,
  }));
}

function mentionsAny(file: IndexedFile, names: readonly string[]): boolean {
  const known = new Set([...file.imports.values()].map((origin) => origin.split(".").at(-1)!));
  return (
    names.some((name) => known.has(name) || file.functions.has(name)) ||
    file.nodes.some((node) => node.nodeType === "Attribute" && names.includes(node.attr))
  );
}

/** `GroupKFold(5).split(X, y)`: without groups scikit-learn raises only when the run comes there. */
function splitWithoutGroups(source: ExperimentSource): Found[] {
  const found: Found[] = [];
  for (const file of trainingFiles(source)) {
    for (const call of file.calls) {
      const name = isSplit(call) ? groupSplitterOf(file, call) : undefined;
      if (name === undefined || takesUnknown(call)) continue;
      if (call.args.length >= 3 || keyword(call, "groups") !== undefined) continue;
      found.push({ file, at: call, message: `${name}.split is called without groups` });
    }
  }
  return found;
}

function groupSplitterOf(file: IndexedFile, call: Call): string | undefined {
  if (call.func.nodeType !== "Attribute") return undefined;
  const { value } = call.func;
  const made =
    value.nodeType === "Name" ? assignedValues(scopeNodes(file, call), value.id) : [value];
  const splitters = splittersIn(file, groupSplitters);
  const names = made.map((one) => splitters.find((splitter) => splitter.call === one)?.name);
  return names.length === 1 ? names[0] : undefined;
}
