import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { addExperiment, makeWorkspace, testContext } from "../../../../test/support/workspace.ts";
import { findBacklog } from "../../../backlog/backlog.ts";
import { readTask } from "../../../backlog/read-tasks.ts";
import { renderSplit } from "../../../doors/text/split.ts";
import { makeStyle } from "../../../doors/text/style.ts";
import { paths, type Workspace } from "../../../storage/workspace/workspace.ts";
import { split } from "./split.ts";

const style = makeStyle({ color: false, width: Number.POSITIVE_INFINITY });

interface Files {
  train?: string | Uint8Array;
  test?: string | Uint8Array;
}

async function workspaceWith(files: Files, project?: string): Promise<Workspace> {
  const ws = await makeWorkspace(project);
  await mkdir(paths.input(ws), { recursive: true });
  for (const [key, content] of Object.entries(files))
    await writeFile(path.join(paths.input(ws), ws.project.data[key as "train"]), content);
  return ws;
}

const call = (ws: Workspace, request: object = {}) =>
  split.run(testContext(ws), split.input.parse(request));

function projectFor(data: string): string {
  return `competition_name: toy\ncompetition_platform: local\ndata: ${data}\nmetric: { name: accuracy, direction: maximize }\n`;
}

/** Six rows of each of `groups` from `first` on, as CSV. */
function csv(
  header: string,
  groups: number,
  first: number,
  row: (group: number, index: number) => string,
) {
  const rows = Array.from({ length: groups * 6 }, (_, index) =>
    row(first + Math.floor(index / 6), index),
  );
  return `${header}\n${rows.join("\n")}\n`;
}

const patients: Files = {
  train: csv(
    "id,patient,x,target",
    30,
    0,
    (group, index) => `a${index},p${group},${index % 7},${index % 3 === 0 ? 1 : 0}`,
  ),
  test: csv("id,patient,x", 12, 30, (group, index) => `b${index},p${group},${index % 7}`),
};

test("the decision goes into the experiment's task once", async () => {
  const ws = await workspaceWith(patients);
  const { task } = await addExperiment(ws, "exp001");
  const first = await call(ws, { record: "exp001" });
  expect(first.recorded).toEqual({ task: task!.id, summary: `noted in ${task!.id}` });
  const second = await call(ws, { record: "exp001" });
  expect(second.recorded!.summary).toBe(`${task!.id} already has this note`);
  const { notes } = await readTask(await findBacklog(ws.root), task!.id);
  expect(notes).toBe(
    "Validation: StratifiedGroupKFold, 5 folds by patient, seed 42 (high confidence): train and test share no patient value; binary classification",
  );
});

test("it leaves nothing behind, and shows the answer first", async () => {
  const ws = await workspaceWith(patients);
  const text = renderSplit(await call(ws), style);
  expect(text.split("\n")[0]).toBe("StratifiedGroupKFold, 5 folds by patient: high confidence");
  expect(text).toContain(
    "  validation: { strategy: StratifiedGroupKFold, n_splits: 5, seed: 42, group: patient }",
  );
  expect(await readdir(paths.cache(ws))).toEqual([]);
});

const japaneseRow = (group: number, index: number) =>
  `"山田, ${group}号",${index % 5},"${index % 4}\n次",NA,${index % 2},${index % 2 ? "はい" : "いいえ"}`;

test("any column name and value can be read", async () => {
  const names = ["患者'名", 'a"b', "x y", "select", "; drop table train; --", "target"];
  const header = names.map((name) => `"${name.replaceAll('"', '""')}"`).join(",");
  const ws = await workspaceWith(
    { train: csv(header, 30, 0, japaneseRow), test: csv(header, 12, 30, japaneseRow) },
    projectFor("{ train: train.csv, test: test.csv, target: target }"),
  );
  const result = await call(ws);
  expect(result.validation).toMatchObject({ strategy: "StratifiedGroupKFold", group: "患者'名" });
  expect(result.evidence.map(({ summary }) => summary)).toContain(
    "target has 2 classes: いいえ 50%, はい 50%",
  );
  const given = await call(ws, { group: "; drop table train; --" });
  expect(given.validation.group).toBe("; drop table train; --");
});

test("a column that is a number in one file and text in the other is compared as it is spelt", async () => {
  const ws = await workspaceWith({
    train: csv(
      "id,shop,target",
      30,
      0,
      (group, index) => `${index},${String(group).padStart(3, "0")},${index % 2}`,
    ),
    test: csv(
      "id,shop",
      30,
      0,
      (group, index) => `${index + 180},${group === 29 ? "new" : String(group).padStart(3, "0")}`,
    ),
  });
  const { evidence } = await call(ws);
  expect(evidence.map(({ summary }) => summary)).toContain(
    "29 of the 30 values of shop in test are in train too: not split by it",
  );
});

test("a type that the first rows do not show is found", async () => {
  const rows = Array.from(
    { length: 30_000 },
    (_, index) => `${index},${index === 29_999 ? "later" : index % 9},${index % 2}`,
  );
  const ws = await workspaceWith({
    train: `id,x,target\n${rows.join("\n")}\n`,
    test: "id,x\n1,2\n",
  });
  expect((await call(ws)).rows).toEqual({ train: 30_000, test: 1 });
});

const day = (index: number) => `2024年${1 + Math.floor(index / 28)}月${1 + (index % 28)}日`;

const part = (header: string, from: number, count: number, end: string) =>
  gzipSync(
    `${header}\n${Array.from({ length: count }, (_, index) => `${day(from + index)},${index % 5}${end}`).join("\n")}\n`,
  );

test("a gzip file is read; dates written in Japanese are dates", async () => {
  const ws = await workspaceWith(
    { train: part("日付,x,target", 0, 200, ",1.5"), test: part("日付,x", 200, 100, "") },
    projectFor("{ train: train.csv.gz, test: test.csv.gz, target: target }"),
  );
  const { validation, evidence } = await call(ws);
  expect(validation).toMatchObject({ strategy: "TimeSeriesSplit", time: "日付" });
  expect(evidence[0]!.summary).toBe(
    "test is later than train: 日付 ends at 2024-08-04 in train and starts at 2024-08-05 in test",
  );
});

test("without a target in project.yml it takes the column that only train has", async () => {
  const data = "{ train: train.csv, test: test.csv, id: id }";
  const ws = await workspaceWith(patients, projectFor(data));
  expect((await call(ws)).targets).toEqual(["target"]);
  const two = await workspaceWith({ ...patients, test: "id,patient\n1,p1\n" }, projectFor(data));
  await expect(call(two)).rejects.toMatchObject({
    code: "no-target",
    message: expect.stringContaining("test lacks x, target"),
    exitCode: 2,
  });
});

const [broken, parquet] = [
  `id,target\n1,2\n${"3,4,5\n".repeat(3)}`,
  "{ train: train.parquet, target: y }",
];

test.each([
  ["no train file", {}, {}, undefined, "no-train-file", "train.csv is not there"],
  [
    "a target that is not there",
    patients,
    { target: ["tagret"] },
    undefined,
    "no-column",
    'no column "tagret"',
  ],
  [
    "a group that is not there",
    patients,
    { group: "患者" },
    undefined,
    "no-column",
    'no column "患者"',
  ],
  [
    "a time that is not there",
    patients,
    { time: "date" },
    undefined,
    "no-column",
    'no column "date"',
  ],
  [
    "rows of different lengths",
    { train: broken },
    {},
    undefined,
    "unreadable-table",
    "cannot be read as a table",
  ],
  [
    "a header and no rows",
    { train: "id,target\n", test: "id\n1\n" },
    {},
    undefined,
    "no-rows",
    "has a header and no rows",
  ],
  [
    "no gzip",
    { train: "id,y\n" },
    {},
    projectFor("{ train: train.csv.gz, target: y }"),
    "unreadable-table",
    "train.csv.gz cannot be read",
  ],
  [
    "no Parquet",
    { train: "id,y\n" },
    {},
    projectFor(parquet),
    "unreadable-table",
    "train.parquet cannot be read",
  ],
  [
    "another format",
    { train: "x" },
    {},
    projectFor("{ train: train.xlsx, target: y }"),
    "unreadable-table",
    "train.xlsx cannot be read",
  ],
  [
    "Shift_JIS",
    { train: Buffer.from("id,target\n1,\x93\xfa\x96\x7b\n", "latin1") },
    {},
    undefined,
    "unreadable-table",
    "cannot be read as a table",
  ],
  [
    "no such experiment",
    patients,
    { record: "exp009" },
    undefined,
    "no-experiment",
    "no experiment exp009",
  ],
])("%s", async (_, files, request, project, code, message) => {
  const ws = await workspaceWith(files as Files, project);
  await expect(call(ws, request)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message),
    exitCode: 2,
  });
  expect(await readdir(paths.cache(ws)).catch(() => [])).toEqual([]);
});

test("names that are near are offered", async () => {
  const ws = await workspaceWith(patients);
  await expect(call(ws, { target: ["Targets"] })).rejects.toMatchObject({
    expected: "did you mean target?",
  });
});

test("a project.yml without validation gets one", async () => {
  const ws = await workspaceWith(
    patients,
    projectFor("{ train: train.csv, test: test.csv, id: id, target: target }"),
  );
  const file = path.join(ws.root, "project.yml");
  const before = await readFile(file, "utf8");
  const { line, written } = await call(ws, { write: true });
  expect(written).toBe(true);
  expect(await readFile(file, "utf8")).toBe(`${before}${line}\n`);
});

const plainRow = (group: number, index: number) =>
  `a${index},${(index * 37 + group) % 11},${index % 3 === 0 ? 1 : 0}`;

test("repeats that project.yml names stay", async () => {
  const validation =
    "validation: { strategy: RepeatedKFold, n_splits: 5, n_repeats: 3, seed: 7 }\n";
  const ws = await workspaceWith(
    { train: csv("id,x,target", 30, 0, plainRow) },
    projectFor("{ train: train.csv, id: id, target: target }") + validation,
  );
  const text = renderSplit(await call(ws, { write: true }), style);
  expect(text.split("\n")[0]).toBe("RepeatedStratifiedKFold, 3 x 5 folds: low confidence");
  expect(text).toContain(
    "splitter = RepeatedStratifiedKFold(n_splits=5, n_repeats=3, random_state=7)\n  for fit, validate in splitter.split(train, target):",
  );
  expect(await readFile(path.join(ws.root, "project.yml"), "utf8")).toContain(
    "validation: { strategy: RepeatedStratifiedKFold, n_splits: 5, n_repeats: 3, seed: 7 }",
  );
});

test("a test file without rows, or very few rows of train, leave it unsure", async () => {
  const rows = Array.from({ length: 200 }, (_, at) => `${at},${(at * 37) % 91},${at % 2}`).join(
    "\n",
  );
  const without = await call(
    await workspaceWith({ train: `id,x,target\n${rows}\n`, test: "id,x\n" }),
  );
  expect(without).toMatchObject({ confidence: "low", rows: { train: 200, test: 0 } });
  expect(without.doubts).toContain("the test file has no rows");
  const few = await call(
    await workspaceWith({
      train: "id,x,target\n1,2,0.5\n2,5,0.7\n3,4,0.1\n",
      test: `id,x\n${Array.from({ length: 30 }, (_, at) => `${at + 9},${at}`).join("\n")}\n`,
    }),
  );
  expect(few.confidence).toBe("low");
  expect(few.doubts).toContain("train has only 3 rows, too few for 5 folds");
});
