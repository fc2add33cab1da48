import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { addExperiment, makeWorkspace } from "../../../test/support/workspace.ts";
import { newFeatureNames } from "./feature-names.ts";
import { paths } from "../workspace/workspace.ts";

test("an experiment's own feature names, those of its parent or the template left out", async () => {
  const ws = await makeWorkspace();
  await mkdir(paths.template(ws), { recursive: true });
  await writeFile(path.join(paths.template(ws), "train.py"), 'x.alias("f_missing")\n');
  const source = 'a.alias("f_missing")\nb.alias("f_ratio")\nself.f_not = f"f_{name}_year"\n';
  await addExperiment(ws, "exp001", { files: { "train.py": source } });
  const child = `${source}c.alias('f_per_room')\n`;
  await addExperiment(ws, "exp002", { parent: "exp001", files: { "train.py": child } });
  const asked = [
    { name: "exp001", parent: null },
    { name: "exp002", parent: "exp001" },
    { name: "exp009", parent: null },
  ];
  expect(await newFeatureNames(ws, asked)).toEqual([["f_ratio"], ["f_per_room"], []]);
});
