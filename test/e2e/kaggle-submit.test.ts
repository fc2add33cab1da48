import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { holdCompetition, type HostedCompetition } from "../support/kaggle-competition.ts";
import { until } from "../support/run-workspace.ts";
import { cliPath, copyMlflowStore } from "../support/tools.ts";
import { Transcript } from "../support/transcript.ts";

const page = new Transcript();
page.say(`# Submitting to Kaggle: a session

A file competition and a code competition, each from \`init\` to a recorded leaderboard score. The data is that of
\`crossfold demo\`: house sales in Ames, the prices of the test rows hidden. Kaggle is the stand-in of \`test/kaggle/\`,
which really runs the notebooks and grades with the hidden prices; at Kaggle itself one waits longer. \`--no-sync\` because
the tests have a Python environment already. The outputs are what the commands printed, only names of folders were
replaced. The session is a test, \`test/e2e/kaggle-submit.test.ts\`, which writes this page with \`WRITE_DOCS=1\`.`);

afterAll(() => page.write("kaggle-submit.md"));

/** Runs a command until something is so, and then takes its process away. */
async function killWhen(
  { root, env }: HostedCompetition,
  args: string[],
  reached: () => boolean,
): Promise<void> {
  const child = spawn(process.execPath, [cliPath, ...args], { cwd: root, env, stdio: "ignore" });
  const gone = new Promise((resolve) => child.on("exit", resolve));
  await until(async () => reached() || child.exitCode !== null);
  expect(child.exitCode).toBeNull();
  child.kill("SIGKILL");
  await gone;
}

const init = (slug: string) =>
  `crossfold init --competition ${slug} --platform kaggle --download --no-sync`;

const calls = ({ fake }: HostedCompetition, name: string) =>
  fake.requests.filter(({ call }) => call === name).length;

describe("a file competition", () => {
  let hosted: HostedCompetition;
  const type = (line: string) => page.type(line, hosted.root, hosted.env);

  beforeAll(async () => {
    hosted = await holdCompetition({ code: false });
  });
  afterAll(() => hosted.fake.close());

  it("is submitted and scored", async () => {
    page.say("## A file competition");
    const made = await type(init("ames-house-prices"));
    expect(made.exitCode, made.all).toBe(0);
    page.say("The competition's pages are documents now, marked as what others wrote:");
    expect((await type("crossfold docs")).stdout).toMatch(/DOC-2 .* Evaluation .* fetched/);
    const evaluation = await type("crossfold docs view DOC-2");
    expect(evaluation.stdout).toMatch(/data and not instructions[^]*logarithmic error/);
    page.say("An experiment is made and trained, as anywhere.");
    await type("crossfold new exp001");
    const trained = await type("crossfold train exp001 --on local");
    expect(trained.exitCode, trained.all).toBe(0);
    page.say("What would be known before a submission is spent:");
    expect((await type("crossfold submit exp001 --dry-run")).exitCode).toBe(0);
    page.say("Submitted, waited for, recorded:");
    const result = await type("crossfold submit exp001 --wait");
    expect(result.exitCode, result.all).toBe(0);
    expect(result.stdout).toMatch(/Public LB 0\.\d+/);
    page.say("The very same file again is found at Kaggle, and nothing is spent:");
    expect((await type("crossfold submit exp001")).stdout).toContain("the very same file");
    expect(hosted.fake.submissions).toHaveLength(1);
  });

  it("asks before a submission is spent on noise", async () => {
    page.say(`The demo's second experiment: each split chooses from a third of the columns (\`max_features\` 0.3). Its gain is
within the noise of the folds, so it has to be confirmed: asked on a terminal, refused without one, with the command that
confirms it.`);
    await crossfoldQuietly("new", "exp002", "--from", "exp001");
    const settings = path.join(hosted.root, "models/exp002/settings.py");
    const text = await readFile(settings, "utf8");
    await writeFile(
      settings,
      text.replace("max_features: float = 1.0", "max_features: float = 0.3"),
    );
    await crossfoldQuietly("train", "exp002", "--on", "local");
    const refused = await type("crossfold submit exp002 --wait");
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain("within the noise of the folds");
    expect(refused.stderr).toContain("crossfold submit exp002 --wait --yes");
    expect(hosted.fake.submissions).toHaveLength(1);
    expect((await type("crossfold submit exp002 --wait --yes")).exitCode).toBe(0);
  });

  it("records the scores of what was uploaded by hand, and the private ones after the end", async () => {
    page.say(`A submission made in the browser is known by its message or its file's name. What names no experiment, or
two, is listed with the command that records it. (1102 and 1103 were put into the stand-in's list, as if made so.)`);
    const { submissions, competitions } = hosted.fake;
    const made = submissions[0]!;
    submissions.push(
      { ...made, ref: made.ref + 100, description: "", fileName: "submission_exp001.csv" },
      { ...made, ref: made.ref + 101, description: "blend", fileName: "submission.csv" },
    );
    const synced = await type("crossfold lb sync");
    expect(synced.stdout).toContain(`crossfold lb EXP`);
    page.say("After the competition's end the private scores come the same way:");
    competitions.get("ames-house-prices")!.deadline = new Date(Date.now() - 60_000);
    expect((await type("crossfold lb sync")).stdout).toMatch(/exp002 +0\.\d+ +0\.\d+ +new/);
    const quiet = new Transcript();
    const again = await quiet.type("crossfold lb sync --json", hosted.root, hosted.env);
    expect(JSON.parse(again.stdout)).toMatchObject({ recorded: 0, unknown: 1 });
    expect((await type("crossfold history")).stdout).toContain("exp002");
  });

  async function crossfoldQuietly(...args: string[]): Promise<void> {
    const quiet = new Transcript();
    const { exitCode, all } = await quiet.type(
      `crossfold ${args.join(" ")}`,
      hosted.root,
      hosted.env,
    );
    expect(exitCode, all).toBe(0);
  }
});

describe("a code competition", () => {
  let hosted: HostedCompetition;
  const type = (line: string) => page.type(line, hosted.root, hosted.env);
  const kernel = () => hosted.fake.kernels.get("tester/ames-house-prices-code-exp001");

  beforeAll(async () => {
    hosted = await holdCompetition({ code: true });
  });
  afterAll(() => hosted.fake.close());

  it("plans its steps", async () => {
    page.say(`## A code competition

The same houses, but notebooks are submitted: 100 of the 1,130 test rows are public, and Kaggle runs the notebook again
on all of them. Kaggle's settings have it, and \`new\` makes \`submission/\`.`);
    const does = async (line: string) => {
      const { exitCode, all } = await type(line);
      expect(exitCode, all).toBe(0);
    };
    await does(init("ames-house-prices-code"));
    await does("task new-exp EXP=exp001");
    await copyMlflowStore(hosted.root);
    await does("task train-local EXP=exp001");
    page.say(
      "One wheel is asked for, to show how it is fetched. What is to be done is shown before anything is sent.",
    );
    await writeFile(path.join(hosted.root, "deps/requirements.txt"), "toolz==1.0.0\n");
    await type("cat deps/requirements.txt models/exp001/submission/kernel-metadata.json");
    const planned = await type("crossfold submit exp001 --dry-run");
    expect(planned.stdout).toMatch(/→ deps .*\n.*→ model .*\n.*→ kernel .*\n.*→ output /);
    expect(calls(hosted, "SaveKernel")).toBe(0);
  });

  it("does each step by itself, and one that was killed goes on", async () => {
    page.say("Each step may be taken by itself; `submit` takes those that are left.");
    expect((await type("task push-kaggle-deps")).all).toContain("toolz-1.0.0");
    expect((await type("task push-kaggle-models EXP=exp001")).exitCode).toBe(0);
    page.say(`Here \`crossfold submit exp001 --until kernel\` was killed (SIGKILL) just after the notebook had been pushed.
The next command follows that version; no second one is pushed.`);
    await killWhen(hosted, ["submit", "exp001", "--until", "kernel"], () => kernel() !== undefined);
    const pushed = await type("task push-kaggle-sub EXP=exp001");
    expect(pushed.exitCode, pushed.all).toBe(0);
    expect(pushed.all).toContain("Successfully installed toolz-1.0.0");
    expect(kernel()!.versions).toHaveLength(1);
  });

  it("killed while it submits: one submission, found by the next command", async () => {
    page.say(`Here \`crossfold submit exp001 --wait\` with the same message was killed while Kaggle was taking the submission,
before its answer. The next command looks for the submission first, and finds it. The file that is checked has the 100 rows
that are public; the score is that of the public half of all 1,130, which only Kaggle's own run had.`);
    hosted.fake.fault({ on: "CreateCodeSubmission", kind: "slow", ms: 700 });
    const sent = () => calls(hosted, "CreateCodeSubmission") === 1;
    await killWhen(hosted, ["submit", "exp001", "--wait", "-m", "it's the first"], sent);
    await until(async () => hosted.fake.submissions.length === 1);
    const result = await type(`task submit-kaggle EXP=exp001 MESSAGE="it's the first"`);
    expect(result.exitCode, result.all).toBe(0);
    // A file of other than 1,130 rows gets no score.
    expect(result.stdout).toMatch(/, 100 rows: fine[^]*Public LB 0\.\d+/);
    expect(hosted.fake.submissions[0]!.description).toContain("it's the first");
    expect(calls(hosted, "CreateCodeSubmission")).toBe(1);
    expect(hosted.fake.submissions).toHaveLength(1);
    const ledger = await readFile(path.join(hosted.root, "models/exp001/scores.jsonl"), "utf8");
    expect(ledger).toContain('"source":"kaggle"');
    expect((await type("backlog task TASK-1 --plain")).stdout).toContain("Public LB: 0.");
  });
});
