import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { makeTempFolder } from "../../../test/support/cli.ts";
import { readProject } from "../../storage/competition/project-file.ts";
import { evidenceOfRun } from "./evidence-of-run.ts";

const run = "20261123-090001-exp001-7z3f";
const yml = `competition_name: tiny
competition_platform: local
data: { train: train.csv }
metric: { name: accuracy, direction: maximize }
`;

it("a link in the place of a run's artifacts is no evidence", async () => {
  const root = await makeTempFolder();
  await writeFile(path.join(root, "project.yml"), yml);
  const project = await readProject(path.join(root, "project.yml"));
  const record = path.join(root, ".crossfold/runs", run);
  await mkdir(record, { recursive: true });
  await mkdir(path.join(root, "elsewhere"));
  const artifacts = path.join(record, "artifacts");
  await symlink(path.join(root, "elsewhere"), artifacts);
  const { folder } = await evidenceOfRun({ root, project }, run, "exp001");
  expect(folder).toBe(record);
});
