import path from "node:path";
import { z } from "zod";
import { nearNames } from "../../core/near-names.ts";
import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/user-error.ts";
import { type DataFile, listDataFiles } from "../../kaggle/competitions.ts";
import { readDataRecord } from "../../storage/data-record.ts";
import { withWorkspaceLock } from "../../storage/workspace-lock.ts";
import { openWorkspace, paths } from "../../storage/workspace.ts";
import { defineOperation } from "../operation.ts";
import { openWorkspaceKaggle } from "../workspace-kaggle.ts";
import { bringData } from "./bring-data.ts";
import { type PlannedFile, planData } from "./data-plan.ts";
import { settleColumns } from "./settle-columns.ts";
import { explainRefusal } from "./kaggle-refusal.ts";
import { requireKaggle } from "./on-kaggle.ts";

const output = z.object({
  competition: z.string(),
  /** Relative to the workspace. */
  folder: z.string(),
  files: z.array(
    z.object({
      name: z.string(),
      /** As it lies here. */
      bytes: z.number(),
      /** `kept`: what lies here is not what was downloaded, and was left alone. `gone`: no longer on Kaggle, still here. */
      was: z.enum(["downloaded", "same", "kept", "gone"]),
    }),
  ),
  downloaded: z.int(),
  /** What the files said for project.yml where it had nothing, `data.id: PassengerId`. */
  settings: z.array(z.string()),
});

export const dataDownload = defineOperation({
  description:
    "Downloads the competition's data from Kaggle into data/input/<competition>: only what is missing or has changed there, going on where a broken download stopped, checked, unpacked safely. A file that was changed here is left alone unless --overwrite. Where project.yml names no id or target, the files say them.",
  input: z.object({
    files: z
      .array(z.string())
      .default([])
      .describe("Only these files, by the names Kaggle gives them"),
    overwrite: z
      .boolean()
      .default(false)
      .describe("Also replace files that are not what was downloaded"),
  }),
  output,
  effect: "destroy",
  positionals: ["files"],
  examples: [
    { command: "data download", says: "everything; again: only what has changed" },
    { command: "data download train.csv test.csv", says: "two files of a large competition" },
  ],
  async run(context, request) {
    const ws = await openWorkspace(context.cwd);
    requireKaggle(ws);
    const slug = ws.project.competition_name;
    const result = await downloadData(context, { root: ws.root, slug }, request);
    return { ...result, settings: await settleColumns(ws) };
  },
  exitCode: ({ files }) => (files.some(({ was }) => was === "kept") ? 1 : 0),
});

/** The same for a workspace that may have no project.yml yet. */
export async function downloadData(
  context: Context,
  { root, slug }: { root: string; slug: string },
  { files: names, overwrite }: { files: string[]; overwrite: boolean },
): Promise<Omit<z.output<typeof output>, "settings">> {
  const folder = paths.input({ root, project: { competition_name: slug } });
  const kaggle = await openWorkspaceKaggle(context, root);
  return withWorkspaceLock({ root }, "kaggle-data", async () => {
    context.progress.step(`asking Kaggle for the files of ${slug}`);
    const listed = await listDataFiles(kaggle, slug).catch(explain);
    const record = await readDataRecord(root, slug);
    const plan = await planData(choose(listed, names), folder, record, overwrite);
    const needed = plan.filter(({ what }) => what === "needed");
    if (needed.length > 0)
      await bringData({ context, kaggle, root, slug, record }, needed).catch(explain);
    const known = new Set(listed.map(({ name }) => name));
    const gone = Object.keys(record.files).filter((name) => names.length === 0 && !known.has(name));
    return {
      competition: slug,
      folder: path.relative(root, folder),
      files: [
        ...plan.map((file) => describe(file, record.files[file.name]?.bytes)),
        ...gone.map((name) => ({ name, bytes: record.files[name]!.bytes, was: "gone" as const })),
      ],
      downloaded: needed.length,
    };
  });

  function explain(error: unknown): never {
    throw explainRefusal(error, slug);
  }
}

function describe({ name, what, here, totalBytes }: PlannedFile, brought: number | undefined) {
  if (what === "needed") return { name, bytes: brought ?? totalBytes, was: "downloaded" as const };
  return { name, bytes: here ?? totalBytes, was: what };
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
