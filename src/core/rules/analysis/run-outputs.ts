import type { Found } from "../rule.ts";
import { type ExperimentSource, trainingFiles } from "./experiment-source.ts";
import { bareFileNames, namesPlace } from "./file-names.ts";
import { calledName, strings } from "./python-tree.ts";
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
  if (files.some((file) => mentions(file, output))) return [];
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

function mentions(file: IndexedFile, { name, made }: Output): boolean {
  for (const { text } of strings(file.tree)) if (name.test(text)) return true;
  return made !== undefined && file.calls.some((call) => made.test(calledName(call)));
}
