import { All, Outside, Test } from "./values.ts";

/** Whose rows a file holds, by its name and the folders it lies in. */
interface FileRows {
  rows: number;
  /** The hidden solution of the test set. */
  solution?: boolean;
  /** OOF predictions of another experiment. */
  oof?: boolean;
}

export function rowsOfFile(path: string): FileRows {
  const name = path.split("/").at(-1)!.toLowerCase();
  const folders = path.slice(0, path.length - name.length).toLowerCase();
  if (
    /(^|[^a-z])(solutions?|answers?|ground_?truth|private_labels?)([^a-z]|$)/.test(name) ||
    /(^|\/)grading\//.test(folders)
  )
    return { rows: Test, solution: true };
  if (/(^|[^a-z])oof/.test(name)) return { rows: All, oof: true };
  if (/(^|[^a-z])(test|tst|submission|sub)([^a-z]|$)/.test(name)) return { rows: Test };
  if (/pseudo/.test(name)) return { rows: Test };
  if (/(^|[^a-z])(external|extra|original|additional|pseudo)/.test(folders + name))
    return { rows: Outside };
  return { rows: /(^|[^a-z])(train|trn|training)([^a-z]|$)/.test(name) ? All : 0 };
}
