import { renameExperimentIn } from "../../core/experiment/experiment.ts";
import { diffTexts } from "../../git/diff-texts.ts";
import { type CodeFiles, readExperimentCode } from "../../storage/experiment/experiment-code.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";

export interface CodeSide {
  name: string;
  /** The run whose score is recorded. */
  run: string | undefined;
}

/** What `b` changed in the code of `a`, as it ran; the experiments' own names are not counted as a change. */
export async function codeDifference(
  ws: Workspace,
  a: CodeSide,
  b: CodeSide,
): Promise<{ files: string[]; diff: string; asItRan: { a: boolean; b: boolean } }> {
  const [before, after] = await Promise.all([
    readExperimentCode(ws, a.name, a.run),
    readExperimentCode(ws, b.name, b.run),
  ]);
  const renamed: CodeFiles = new Map(
    [...before.files].map(([file, text]) => [file, renameExperimentIn(text, a.name, b.name)]),
  );
  const names = [...new Set([...renamed.keys(), ...after.files.keys()])].toSorted();
  const files = names.filter((file) => renamed.get(file) !== after.files.get(file));
  const only = (all: CodeFiles) => new Map([...all].filter(([file]) => files.includes(file)));
  return {
    files,
    diff: files.length === 0 ? "" : await diffTexts(only(renamed), only(after.files)),
    asItRan: { a: before.asItRan, b: after.asItRan },
  };
}
