import { cp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { renderCheck } from "../../../doors/text/check.ts";
import { makeStyle } from "../../../doors/text/style.ts";
import { paths, openWorkspace } from "../../../storage/workspace/workspace.ts";
import { corpusFolder } from "../../../../test/support/check-corpus.ts";
import { makeWorkspace, testContext } from "../../../../test/support/workspace.ts";
import { checkFirst } from "../../check/check-first.ts";
import { check } from "./check.ts";

const style = makeStyle({ color: false, width: 80 });

/** A workspace whose experiments are copies of cases of the corpus. */
async function lab(experiments: Record<string, string>) {
  const ws = await makeWorkspace();
  for (const [name, source] of Object.entries(experiments)) {
    await cp(path.join(corpusFolder, source), paths.experiment(ws, name), { recursive: true });
  }
  const context = testContext(ws);
  const run = (input: object = {}) => check.run(context, check.input.parse(input));
  return { ws, context, run };
}

test("all experiments by default; exit code 3 for errors and warnings, 0 for notes alone", async () => {
  const { run } = await lab({
    exp001: "good-lightgbm",
    exp002: "bad-syntax",
    exp003: "bad-ignores",
  });
  const all = await run();
  expect(all).toMatchObject({ experiments: 3, fixed: 0 });
  expect(all.findings.map(({ experiment, code }) => `${experiment} ${code}`)).toContain(
    "exp002 XF001",
  );
  expect(check.exitCode!(all)).toBe(3);
  const good = await run({ experiments: ["exp001"] });
  expect(good.findings).toEqual([]);
  expect(check.exitCode!(good)).toBe(0);
  expect(renderCheck(good, style)).toBe("no problems found in 1 experiment, 3 files");
});

test("--fix corrects the name of a copied experiment and leaves the rest as it is", async () => {
  const { ws, run } = await lab({ exp007: "good-lightgbm" });
  const before = await run();
  expect(before.findings.map(({ code }) => code)).toEqual(["XF107", "XF107"]);
  expect(await run({ fix: true })).toMatchObject({ fixed: 2, findings: [] });
  const train = await readFile(path.join(paths.experiment(ws, "exp007"), "train.py"), "utf8");
  const original = await readFile(path.join(corpusFolder, "good-lightgbm", "train.py"), "utf8");
  expect(train).toBe(original.replace('exp_name="exp001"', 'exp_name="exp007"'));
});

test("project.yml silences a rule by code or name, and refuses an unknown one at its line", async () => {
  const { ws, context } = await lab({ exp007: "good-lightgbm" });
  const file = path.join(ws.root, "project.yml");
  const text = await readFile(file, "utf8");
  for (const word of ["XF107", "wrong-experiment-name"]) {
    await writeFile(file, `${text}check:\n  ignore:\n    - ${word}\n`);
    expect((await check.run(context, check.input.parse({}))).findings).toEqual([]);
  }
  await writeFile(file, `${text}check:\n  ignore:\n    - XF107\n    - fit-befor-split\n`);
  await expect(openWorkspace(ws.root)).rejects.toMatchObject({
    message: 'check.ignore: there is no rule "fit-befor-split" (did you mean fit-before-split?)',
    at: { file, line: 9, column: 7 },
    exitCode: 2,
  });
  await writeFile(file, `${text}check: { ignore: [XF003] }\n`);
  await expect(openWorkspace(ws.root)).rejects.toMatchObject({
    message: "check.ignore: unused-ignore (XF003) is always on",
  });
});

test("--explain says what a rule asks for, by code or name, and which rules there are", async () => {
  const { run } = await lab({});
  const text = renderCheck(await run({ explain: "xf202" }), style);
  expect(text).toContain("target means and target encoders are computed inside the fold");
  expect(text).toContain("XF202 target-encoding-before-split");
  expect(text).toContain("# crossfold: ignore[target-encoding-before-split] reason");
  expect(renderCheck(await run({ explain: "target-encoding-before-split" }), style)).toBe(text);
  expect(await run({ explain: "unused-ignore" })).toMatchObject({ explained: "XF003" });
  await expect(run({ explain: "target-encoding" })).rejects.toMatchObject({
    code: "no-rule",
    message: 'there is no rule "target-encoding" (did you mean target-encoding-before-split?)',
    next: { operation: "check", input: { explain: "target-encoding-before-split" } },
    exitCode: 2,
  });
  await expect(run({ explain: "XF999" })).rejects.toMatchObject({
    expected: expect.stringContaining("fit-before-split (XF201), "),
  });
});

test("train stops on errors, with their places, and goes on over warnings", async () => {
  const { ws, context } = await lab({ exp001: "bad-parity", exp002: "good-lightgbm" });
  await expect(checkFirst(context, ws, "exp001")).rejects.toMatchObject({
    code: "check-failed",
    exitCode: 3,
    message: expect.stringContaining(
      "models/exp001/inference.py:17:14 XF505 predict-called-differently: predict has no parameter tta",
    ),
  });
  const inference = path.join(paths.experiment(ws, "exp001"), "inference.py");
  const text = await readFile(inference, "utf8");
  await writeFile(
    inference,
    text
      .replace(/ {4}(first|second|third) = .*\n/g, "")
      .replace("(first + second + third) / 3", "predict(models, test, config, calibrated=True)"),
  );
  await writeFile(
    path.join(ws.root, "project.yml"),
    `${await readFile(path.join(ws.root, "project.yml"), "utf8")}check: { ignore: [XF107] }\n`,
  );
  await checkFirst(context, await openWorkspace(ws.root), "exp001");
  expect(context.news.join()).toMatch(/check: \d warnings/);
  await rm(paths.experiment(ws, "exp002"), { recursive: true });
});

test("what is known of unchanged files is that of the files: an edit, a setting, a new name and damage are seen", async () => {
  const { ws, context, run } = await lab({ exp007: "good-lightgbm" });
  const codes = async () =>
    (await check.run(context, check.input.parse({}))).findings.map(({ code }) => code);
  const first = await run();
  expect(await run()).toEqual(first);
  const kept = paths.checked(ws, "exp007");
  const script = path.join(paths.experiment(ws, "exp007"), "train.py");
  const text = await readFile(script, "utf8");
  await writeFile(script, text.replace('exp_name="exp001"', 'exp_name="exp007"'));
  expect(await codes()).toEqual(["XF107"]);
  await writeFile(script, `${text}def (`);
  expect(await codes()).toEqual(["XF001"]);
  await writeFile(script, text);
  const project = path.join(ws.root, "project.yml");
  const before = await readFile(project, "utf8");
  await writeFile(project, `${before}check: { ignore: [XF107] }\n`);
  expect(await codes()).toEqual([]);
  await writeFile(project, before);
  const written = JSON.parse(await readFile(kept, "utf8")) as object;
  const others = [null, {}, { files: 1, findings: [] }, { files: 1, findings: [null] }];
  const byHand = others.map((checked) => JSON.stringify({ ...written, checked }));
  for (const damage of ["", "{", "[]", "null", '{"key":"x","checked":{"files":1}}', ...byHand]) {
    await writeFile(kept, damage);
    expect(await codes()).toEqual(["XF107", "XF107"]);
  }
  await cp(paths.experiment(ws, "exp007"), paths.experiment(ws, "exp001"), { recursive: true });
  await writeFile(paths.checked(ws, "exp001"), await readFile(kept));
  expect((await run({ experiments: ["exp001"] })).findings).toEqual([]);
});
