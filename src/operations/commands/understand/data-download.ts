import { z } from "zod";
import { openWorkspace } from "../../../storage/workspace/workspace.ts";
import { downloadData, downloadedSchema } from "../../competition/download-data.ts";
import { inferColumns } from "../../competition/infer-columns.ts";
import { requireKaggle } from "../../competition/on-kaggle.ts";
import { defineOperation } from "../../operation.ts";

const output = downloadedSchema.extend({
  /** What the files said for project.yml where it had nothing, `data.id: PassengerId`. */
  settings: z.array(z.string()),
});

export const dataDownload = defineOperation({
  description:
    "Downloads the competition's data from Kaggle into data/input/<competition>: only what is missing or has changed there, resuming an interrupted download, checked, unpacked safely. A file that was changed here is left alone unless --overwrite. Where project.yml has no id or target, they are inferred from the files.",
  whenToUse:
    "Use it when the competition is on Kaggle and its data are missing or may have changed.",
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
    { command: "data download", summary: "everything; again: only what has changed" },
    { command: "data download train.csv test.csv", summary: "two files of a large competition" },
  ],
  async run(context, request) {
    const ws = await openWorkspace(context.cwd);
    requireKaggle(ws);
    const slug = ws.project.competition_name;
    const result = await downloadData(context, { root: ws.root, slug }, request);
    return { ...result, settings: await inferColumns(ws) };
  },
  exitCode: ({ files }) => (files.some(({ status }) => status === "kept") ? 1 : 0),
});
