import type { Found } from "../rule.ts";
import {
  type Code,
  type ExperimentSource,
  oncePerSource,
  ownTarget,
  reachable,
  trainingFiles,
} from "./experiment-source.ts";
import { bareFileNames, namesPlace } from "./file-names.ts";
import { calledName, strings, walk, walkKind } from "./python-tree.ts";
import type { IndexedFile } from "./source-index.ts";

/** Something a run must leave in artifact_dir, known by its name. */
export interface Output {
  /** In the text of a file name. */
  name: RegExp;
  /** A call, or a name used, that makes such a thing too. */
  made?: RegExp;
  what: string;
  /** Where it belongs, by default artifact_dir. */
  folder?: string;
}

/** Nothing that looks like it anywhere, or written beside the script in place of artifact_dir. */
export function findOutput(source: ExperimentSource, output: Output): Found[] {
  const files = trainingFiles(source);
  const { train } = source;
  if (train === undefined) return [];
  const bare = files.flatMap((file) => bareWrites(file, output));
  if (bare.length > 0) return bare;
  if (runningCode(source).some((code) => mentions(source, code, output))) return [];
  return [{ file: train, message: `no ${output.what} is written to artifact_dir` }];
}

export function bareWrites(
  file: IndexedFile,
  { name, folder = "artifact_dir" }: Omit<Output, "what">,
): Found[] {
  const found: Found[] = [];
  for (const { text, node, call } of bareFileNames(file)) {
    if (!name.test(text) || /^(read|scan|load)/.test(calledName(call)) || namesPlace(text))
      continue;
    const message = `"${text}" goes to the working directory, not to ${folder}`;
    found.push({ file, at: node, message });
  }
  return found;
}

const isHarness = (file: IndexedFile) => file.name.startsWith("harness/");

/** The training files whole; of harness/, which holds more than a script may use, what is called from the others. */
const runningCode = oncePerSource((source): readonly Code[] => {
  const own = trainingFiles(source)
    .filter((file) => !isHarness(file))
    .flatMap((file) => file.tree.body.map((node) => ({ file, node })));
  return [...own, ...reachable(source, own).filter(({ file }) => isHarness(file))];
});

/** What only looks for a file, or takes it away, does not write it. */
const writesNothing = /^(unlink|remove|exists|is_file|read_\w+|load|loads)$/;

function mentions(source: ExperimentSource, { file, node }: Code, { name, made }: Output): boolean {
  const calls = [...walkKind(node, "Call")];
  const aside = new Set(
    calls.filter((call) => writesNothing.test(calledName(call))).flatMap((call) => walk(call)),
  );
  for (const one of strings(node)) if (name.test(one.text) && !aside.has(one.node)) return true;
  // A function of the experiment's own is looked into: its name promises nothing.
  return (
    made !== undefined &&
    calls.some((call) => made.test(calledName(call)) && ownTarget(source, file, call) === undefined)
  );
}
