import path from "node:path";
import { z } from "zod";
import { explainRefusal } from "../../clients/kaggle/competition-refusal.ts";
import { type DataFile, listDataFiles } from "../../clients/kaggle/competitions.ts";
import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { nearNames } from "../../core/text/near-names.ts";
import { readDataRecord } from "../../storage/competition/data-record.ts";
import { withWorkspaceLock } from "../../storage/workspace/workspace-lock.ts";
import { paths } from "../../storage/workspace/workspace.ts";
import { downloadFiles } from "./download-files.ts";
import { openWorkspaceKaggle } from "./open-workspace-kaggle.ts";
import { type PlannedFile, planData } from "./plan-download.ts";

/** What came of a download. */
export const downloadedSchema = z.object({
  competition: z.string(),
  /** Relative to the workspace. */
  folder: z.string(),
  files: z.array(
    z.object({
      name: z.string(),
      /** As it lies here. */
      bytes: z.number(),
      /** `kept`: what lies here is not what was downloaded, and was left alone. `gone`: no longer on Kaggle, still here. */
      status: z.enum(["downloaded", "same", "kept", "gone"]),
    }),
  ),
  downloaded: z.int(),
});

/** Downloads the files of a competition on Kaggle; the workspace may have no project.yml yet. */
export async function downloadData(
  context: Context,
  { root, slug }: { root: string; slug: string },
  { files: names, overwrite }: { files: string[]; overwrite: boolean },
): Promise<z.output<typeof downloadedSchema>> {
  const folder = paths.input({ root, project: { competition_name: slug } });
  const kaggle = await openWorkspaceKaggle(context, root);
  return withWorkspaceLock({ root }, "kaggle-data", async () => {
    context.progress.step(`asking Kaggle for the files of ${slug}`);
    const listed = await listDataFiles(kaggle, slug).catch(explain);
    const record = await readDataRecord(root, slug);
    const plan = await planData(choose(listed, names), folder, record, overwrite);
    const needed = plan.filter(({ what }) => what === "needed");
    if (needed.length > 0)
      await downloadFiles({ context, kaggle, root, slug, record }, needed).catch(explain);
    const known = new Set(listed.map(({ name }) => name));
    const gone = Object.keys(record.files).filter((name) => names.length === 0 && !known.has(name));
    return {
      competition: slug,
      folder: path.relative(root, folder),
      files: [
        ...plan.map((file) => describe(file, record.files[file.name]?.bytes)),
        ...gone.map((name) => ({
          name,
          bytes: record.files[name]!.bytes,
          status: "gone" as const,
        })),
      ],
      downloaded: needed.length,
    };
  });

  function explain(error: unknown): never {
    throw explainRefusal(error, slug);
  }
}

function describe({ name, what, here, totalBytes }: PlannedFile, downloaded: number | undefined) {
  if (what === "needed")
    return { name, bytes: downloaded ?? totalBytes, status: "downloaded" as const };
  return { name, bytes: here ?? totalBytes, status: what };
}

function choose(listed: readonly DataFile[], names: readonly string[]): DataFile[] {
  if (names.length === 0) return [...listed];
  return names.map((name) => {
    const found = listed.find((file) => file.name === name);
    if (found !== undefined) return found;
    const near = nearNames(
      name,
      listed.map((file) => file.name),
    );
    throw new UserError({
      code: "no-data-file",
      message: `the competition has no file ${name}`,
      expected:
        near.length > 0
          ? near.join(", ")
          : listed
              .slice(0, 10)
              .map((file) => file.name)
              .join(", "),
      exitCode: 2,
    });
  });
}
