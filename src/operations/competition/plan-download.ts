import { stat } from "node:fs/promises";
import { UserError } from "../../core/errors/user-error.ts";
import type { DataFile } from "../../clients/kaggle/competitions.ts";
import type { DataRecord } from "../../storage/competition/data-record.ts";
import { pathBelow } from "../../storage/files/relative-path.ts";

export interface PlannedFile extends DataFile {
  /** Absolute path. */
  target: string;
  /** `kept`: what lies here is not what was downloaded, and stays. */
  what: "needed" | "same" | "kept";
  /** As it lies here; null where it does not. */
  here: number | null;
}

/** Which files to download. Throws a UserError for a name that leads out of the folder. */
export async function planData(
  files: readonly DataFile[],
  folder: string,
  record: DataRecord,
  overwrite: boolean,
): Promise<PlannedFile[]> {
  return Promise.all(
    files.map(async (file) => {
      const target = pathBelow(folder, file.name);
      if (target === undefined) throw unsafeName(file.name);
      const here = await stat(target).then(
        (facts) => (facts.isFile() ? facts.size : -1),
        () => null,
      );
      return { ...file, target, here, what: decide(file, here, record, overwrite) };
    }),
  );
}

function decide(
  file: DataFile,
  here: number | null,
  { files }: DataRecord,
  overwrite: boolean,
): PlannedFile["what"] {
  const known = files[file.name];
  if (here === null) return "needed";
  const ours = known === undefined ? here === file.totalBytes : here === known.bytes;
  if (!ours) return overwrite ? "needed" : "kept";
  const changed =
    known !== undefined &&
    (known.listedBytes !== file.totalBytes || known.created !== file.creationDate);
  return changed ? "needed" : "same";
}

function unsafeName(name: string): UserError {
  return new UserError({
    code: "data-file-name",
    message: `Kaggle lists a file ${JSON.stringify(name)}, which would lie outside the data folder; nothing was downloaded`,
    next: "look at the competition's data page",
  });
}

/** Kaggle states sizes unpacked and not always to the byte. */
const leastMargin = 1024 * 1024;

/** Most bytes a file of a stated size may have; `otherwise` where none is stated. */
export function allowance(statedBytes: number, otherwise: number): number {
  if (statedBytes <= 0) return otherwise;
  return statedBytes + Math.max(leastMargin, Math.ceil(statedBytes / 50));
}
