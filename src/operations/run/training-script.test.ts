import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { addExperiment, makeWorkspace } from "../../../test/support/workspace.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import { trainingScript } from "./training-script.ts";

/** An experiment whose competition has its targets in labels.csv. */
async function withLabels(labels: string | undefined): Promise<Workspace> {
  const ws = await makeWorkspace(
    "competition_name: toy\ncompetition_platform: local\ndata: { labels: labels.csv, id: id, target: y }\nmetric: { name: rmse, direction: minimize }\n",
  );
  await addExperiment(ws, "exp001", { task: false });
  await mkdir(paths.input(ws), { recursive: true });
  await writeFile(path.join(paths.input(ws), "train.csv"), "id,x\n1,2\n");
  if (labels !== undefined) await writeFile(path.join(paths.input(ws), "labels.csv"), labels);
  return ws;
}

test("the target may be in the labels, and not in train", async () => {
  const ws = await withLabels("id,y\n1,2\n");
  expect(await trainingScript(ws, "exp001")).toBe("models/exp001/train.py");
});

test.each([
  [undefined, /the labels are not there: data\/input\/toy\/labels.csv/],
  ["id,z\n1,2\n", /labels.csv has no column "y", which project.yml names as data.target/],
  ["key,y\n1,2\n", /labels.csv has no column "id", which project.yml names as data.id/],
])("labels that cannot be used are named before training: %j", async (labels, why) => {
  await expect(trainingScript(await withLabels(labels), "exp001")).rejects.toThrow(why);
});
