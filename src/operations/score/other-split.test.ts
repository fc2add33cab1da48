import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { renderCompare } from "../../doors/text/compare.ts";
import { renderHistory } from "../../doors/text/history.ts";
import { renderShow } from "../../doors/text/show.ts";
import { makeStyle } from "../../doors/text/style.ts";
import { readLedger } from "../../storage/score/ledger-file.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import {
  addExperiment,
  addRun,
  makeWorkspace,
  testContext,
} from "../../../test/support/workspace.ts";
import { record } from "../commands/record/record.ts";
import { verify } from "../commands/record/verify.ts";
import { compare } from "../commands/review/compare.ts";
import { history } from "../commands/review/history.ts";
import { show } from "../commands/review/show.ts";

const style = makeStyle({ color: false, width: Number.POSITIVE_INFINITY });
const count = 60;

/** Row by row: three rows a school, a day each, a third of the rows of class 1. */
const data = Array.from({ length: count }, (_, row) => ({
  id: `r${row}`,
  school: `s${Math.floor(row / 3)}`,
  day: row,
  target: row % 3 === 0 ? 1 : 0,
}));
type Folds = (row: number) => number | undefined;

async function lab(validation: string): Promise<Workspace> {
  const ws = await makeWorkspace(`competition_name: toy
competition_platform: local
data: { train: train.csv, id: id, target: target }
metric: { name: accuracy, direction: maximize }
validation: ${validation}
`);
  await mkdir(paths.input(ws), { recursive: true });
  const lines = data.map(({ id, school, day, target }) => [id, school, day, target].join(","));
  const text = `${["id,school,day,target", ...lines].join("\n")}\n`;
  await writeFile(path.join(paths.input(ws), "train.csv"), text);
  return ws;
}

/** A run of a script that writes what the seed asks and says nothing of its folds, unless `more` does. */
async function train(ws: Workspace, name: string, fold: Folds, more: object = {}, at = 1) {
  await addExperiment(ws, name).catch(() => undefined);
  const rows = data.flatMap(({ id, target }, row) => {
    const own = fold(row);
    return own === undefined
      ? []
      : [{ id, target, pred: row % 7 === 0 ? 1 - target : target, own }];
  });
  const accuracy = (some: typeof rows) =>
    some.filter(({ target, pred }) => target === pred).length / some.length;
  const names = [...new Set(rows.map(({ own }) => own))].toSorted((a, b) => a - b);
  const metrics = {
    cv_score: accuracy(rows),
    fold_scores: names.map((one) => accuracy(rows.filter(({ own }) => own === one))),
    cv_is: "oof",
    config: { lr: 0.1 },
    ...more,
  };
  const oof = rows.map(({ id, target, pred, own }) => [id, target, pred, own].join(","));
  const id = `20261123-0${at}1530-${name}-k3f9`;
  await addRun(ws, name, {
    id,
    created: `2026-11-23T0${at}:15:30Z`,
    metrics,
    oof: `${["id,target,pred,fold", ...oof].join("\n")}\n`,
  });
  const recorded = await record.run(testContext(ws), { target: id });
  const { entries } = await readLedger(ws, name);
  const line = entries.findLast((entry) => entry.kind === "cv");
  return { id, recorded, line: line?.kind === "cv" ? line : undefined };
}

const bySchool = "{ strategy: GroupKFold, n_splits: 5, seed: 42, group: school }";
const apart: Folds = (row) => Math.floor(row / 3) % 5;
const mixed: Folds = (row) => row % 5;

test("ten folds where project.yml says five are recorded as ten, with a warning", async () => {
  const ws = await lab("{ strategy: KFold, n_splits: 5, seed: 42 }");
  const { recorded, line } = await train(ws, "exp001", (row) => (row * 7) % 10);
  expect(line?.validation).toEqual({ strategy: "KFold", n_splits: 10 });
  expect(line?.split).toMatchObject({ folds: 10, differs: ["10 folds, not 5 folds"] });
  expect(recorded.warnings).toEqual([
    "validated otherwise than project.yml asks (KFold, 5 folds): 10 folds, not 5 folds",
  ]);
  const output = await history.run(testContext(ws), history.input.parse({}));
  expect(renderHistory(output, style)).toContain(
    "* validated otherwise than project.yml asked: exp001 10 folds, not 5 folds",
  );
  const shown = renderShow(await show.run(testContext(ws), { experiment: "exp001" }), style);
  expect(shown).toContain("validation  strategy=KFold, n_splits=10");
  expect(shown).not.toContain("seed=42");
  expect((await verify.run(testContext(ws), { experiments: [] })).counts.verified).toBe(1);
});

test("groups torn apart are recorded as shared, and are not compared with groups together", async () => {
  const ws = await lab(bySchool);
  const good = await train(ws, "exp001", apart);
  expect(good.line?.validation).toMatchObject({ strategy: "GroupKFold", group: "school" });
  expect(good.recorded.warnings).toEqual([]);
  const { line } = await train(ws, "exp002", mixed);
  expect(line?.validation).toEqual({ strategy: "KFold", n_splits: 5 });
  expect(line?.split?.differs).toEqual(["groups of school shared between folds"]);
  const output = await compare.run(testContext(ws), { a: "exp001", b: "exp002" });
  expect(output).toMatchObject({ difference: null, verdict: { verdict: "none" } });
  expect(output.verdict.summary).toBe(
    "validated differently (5 folds, groups apart; 5 folds, groups shared between folds): no verdict",
  );
  expect(renderCompare(output, style)).toContain("exp002 groups of school shared between folds");
});

test("a script that says it keeps groups together, and does not, is refused", async () => {
  const ws = await lab(bySchool);
  const said = { validation: { strategy: "GroupKFold" } };
  await expect(train(ws, "exp001", mixed, said)).rejects.toThrow("20 groups are in several folds");
});

test.each([
  ["Holdout", "5 folds, no Holdout, as the script says"],
  ["RepeatedKFold", "each row validated once, no RepeatedKFold, as the script says"],
  ["LeaveOneOut", "folds of 12 rows, no LeaveOneOut, as the script says"],
  ["GroupKFold", "GroupKFold, as the script says, of groups that project.yml does not name"],
])("a script that says %s of plain folds is not believed", async (strategy, difference) => {
  const ws = await lab("{ strategy: KFold, n_splits: 5, seed: 42 }");
  const { recorded, line } = await train(ws, "exp001", mixed, { validation: { strategy } });
  expect(line?.split?.differs).toEqual([difference]);
  expect(line?.validation).not.toHaveProperty("seed");
  expect(recorded.warnings.join()).toContain(difference);
  expect((await verify.run(testContext(ws), { experiments: [] })).counts.verified).toBe(1);
});

test("plain folds where project.yml asks for strata are not called stratified", async () => {
  const ws = await lab("{ strategy: StratifiedKFold, n_splits: 3, seed: 42 }");
  const { line } = await train(ws, "exp001", (row) => row % 3);
  expect(line?.validation).toEqual({ strategy: "KFold", n_splits: 3 });
  expect(line?.split?.differs).toEqual(["not stratified"]);
});

test("shuffled folds where project.yml asks for the order of time are not called a time split", async () => {
  const ws = await lab("{ strategy: TimeSeriesSplit, n_splits: 5, time: day }");
  const shuffled = await train(ws, "exp001", mixed);
  expect(shuffled.line?.validation).toEqual({ strategy: "KFold", n_splits: 5 });
  expect(shuffled.line?.split?.differs).toEqual(["not in the order of day"]);
  const ordered = await train(ws, "exp002", (row) =>
    row < 10 ? undefined : Math.floor(row / 10) - 1,
  );
  expect(ordered.line?.validation).toMatchObject({ strategy: "TimeSeriesSplit", time: "day" });
  expect(ordered.recorded.warnings).toEqual([]);
  const blocks = await train(ws, "exp003", (row) => Math.floor(row / 12));
  expect(blocks.line?.split?.differs).toEqual([
    "the earliest rows validated too, by a model of later ones",
  ]);
});

test("a script's own word that its folds do not bear out is said to be none", async () => {
  const ws = await lab("{ strategy: KFold, n_splits: 3, seed: 42 }");
  const said = { validation: { strategy: "StratifiedKFold", n_splits: 3 } };
  const { line, recorded } = await train(ws, "exp001", (row) => row % 3, said);
  expect(line?.validation).toMatchObject(said.validation);
  expect(recorded.warnings[0]).toContain("not stratified");
});

const holdout = "{ strategy: holdout, test_size: 0.2, seed: 42 }";
const fifth: Folds = (row) => (row % 5 === 0 ? 0 : undefined);

test("a holdout that project.yml declares is whole, ranked and one fold", async () => {
  const ws = await lab(holdout);
  const { line, recorded } = await train(ws, "exp001", fifth);
  expect(line).toMatchObject({
    validation: { strategy: "Holdout", n_splits: 1, test_size: 0.2 },
    partial: null,
    rows: { scored: 12, of: 60 },
    split: { folds: 1, left: 48, differs: [] },
  });
  expect(recorded).toMatchObject({ standing: "ranked", warnings: [] });
  const output = await history.run(testContext(ws), history.input.parse({}));
  expect(output.experiments[0]).toMatchObject({ best: true });
  expect((await verify.run(testContext(ws), { experiments: [] })).counts.verified).toBe(1);
  const declared = { partial: { kind: "holdout", rows: 12, of: 60 } };
  expect((await train(ws, "exp002", fifth, declared)).recorded.standing).toBe("ranked");
});

test("under a declared holdout five folds are said to be five, and are compared with none", async () => {
  const ws = await lab(holdout);
  await train(ws, "exp001", fifth);
  const { line } = await train(ws, "exp002", mixed);
  expect(line?.split?.differs).toEqual(["5 folds, not a single holdout fold"]);
  const output = await compare.run(testContext(ws), { a: "exp001", b: "exp002" });
  expect(output.verdict.summary).toContain("(a single holdout fold; 5 folds): no verdict");
  expect(output.difference).toBe(null);
});

test.each<[string, Folds, string, string]>([
  ["of three rows", (row) => (row < 3 ? 0 : undefined), holdout, "the holdout has 3 of 60 rows"],
  ["that is not declared", fifth, "{ strategy: KFold, n_splits: 5 }", "a holdout is declared"],
])("a holdout %s is refused", async (_, fold, validation, why) => {
  const ws = await lab(validation);
  await expect(train(ws, "exp001", fold)).rejects.toThrow(why);
});

test.each<[string, string, string]>([
  ["groups", "{ strategy: Holdout, group: school }", "groups of school shared between folds"],
  ["the order of time", "{ strategy: Holdout, time: day }", "not in the order of day"],
])("a holdout that does not keep %s is said to", async (_, validation, differs) => {
  const ws = await lab(validation);
  const { line } = await train(ws, "exp001", fifth);
  expect(line?.split?.differs).toEqual([differs]);
  const last = await train(ws, "exp002", (row) => (row < 48 ? undefined : 0));
  expect(last.recorded.warnings).toEqual([]);
});

test("a score without folds in an OOF file keeps to project.yml's number of folds", async () => {
  const ws = await lab("{ strategy: KFold, n_splits: 5, seed: 42 }");
  await addExperiment(ws, "exp001");
  await addRun(ws, "exp001", {
    metrics: { cv_score: 0.8, fold_scores: [0.8, 0.8, 0.8, 0.8] },
    oof: "id,target,pred,fold\n",
  });
  await expect(record.run(testContext(ws), { target: "exp001" })).rejects.toThrow();
});

test("a run again with other settings keeps both scores in sight", async () => {
  const ws = await lab("{ strategy: KFold, n_splits: 5, seed: 42 }");
  const first = await train(ws, "exp001", mixed);
  await train(ws, "exp001", mixed, { config: { lr: 0.05 } }, 2);
  await train(ws, "exp001", mixed, { config: { lr: 0.05 } }, 3);
  const output = await history.run(testContext(ws), history.input.parse({}));
  expect(output.experiments[0]?.otherScores).toMatchObject([
    { run: first.id, changed: ["lr 0.1 -> 0.05"] },
  ]);
  const text = `also 0.8500, run ${first.id} (lr 0.1 -> 0.05 since)`;
  expect(renderHistory(output, style)).toContain(`exp001: ${text}`);
  const shown = renderShow(await show.run(testContext(ws), { experiment: "exp001" }), style);
  expect(shown).toContain(`other runs  ${text}`);
  expect(shown.match(/0\.85000$/gm)).toHaveLength(3);
});
