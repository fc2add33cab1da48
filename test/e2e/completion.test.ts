import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { crossfold, makeTempFolder } from "../support/cli.ts";
import { completedByZsh, haveShell, offersOfBash, offersOfFish } from "../support/shells.ts";

const isCI = Boolean(process.env.CI);
const zsh = await haveShell("zsh");
const fish = await haveShell("fish");

let folder: string;

beforeAll(async () => {
  folder = await makeTempFolder();
  await writeFile(
    path.join(folder, "project.yml"),
    "competition_name: demo\ncompetition_platform: local\ndata: {}\nmetric: { name: accuracy, direction: maximize }\n",
  );
  await mkdir(path.join(folder, "models", "exp001"), { recursive: true });
  await mkdir(path.join(folder, "models", "exp002_lgbm"), { recursive: true });
  await mkdir(path.join(folder, ".crossfold", "runs", "20261123-011530-exp001-k3f9"), {
    recursive: true,
  });
});

const bash = (...words: string[]) => offersOfBash(["crossfold", ...words], folder);

describe("bash", () => {
  test("commands, and the commands below one", async () => {
    expect(await bash("hi")).toEqual(["history"]);
    expect(await bash("docs", "")).toEqual(["view", "add", "fetch"]);
    expect(await offersOfBash(["xf", "comp"], folder)).toEqual(["compare", "completion"]);
  });

  test("flags of the command alone", async () => {
    expect(await bash("train", "--det")).toEqual(["--detach"]);
    expect(await bash("history", "--det")).toEqual([]);
  });

  test("experiments and runs from the workspace, and from the one that -C names", async () => {
    expect(await bash("train", "")).toEqual(["exp002_lgbm", "exp001"]);
    expect(await bash("logs", "2026")).toEqual(["20261123-011530-exp001-k3f9"]);
    const otherFolder = await makeTempFolder();
    const words = ["crossfold", "-C", folder, "show", "exp002"];
    expect(await offersOfBash(words, otherFolder)).toEqual(["exp002_lgbm"]);
  });

  test("choices, after a space and after an equals sign", async () => {
    expect(await bash("init", "--direction", "")).toEqual(["maximize", "minimize"]);
    expect(await bash("init", "--direction", "=", "mi")).toEqual(["minimize"]);
  });

  test("runs nothing of what is typed, and is silent where there is no workspace", async () => {
    const otherFolder = await makeTempFolder();
    const hostile = ["crossfold", "show", "$(touch pwned)", "`touch pwned`", "; touch pwned", ""];
    await offersOfBash(hostile, otherFolder);
    expect(existsSync(path.join(otherFolder, "pwned"))).toBe(false);
    expect(await offersOfBash(["crossfold", "show", ""], otherFolder)).toEqual([]);
  });
});

describe.skipIf(!fish && !isCI)("fish", () => {
  test("commands, flags, choices and experiments", async () => {
    expect(await offersOfFish("crossfold hi", folder)).toEqual(["history"]);
    expect(await offersOfFish("xf train --det", folder)).toEqual(["--detach"]);
    expect(await offersOfFish("crossfold train ", folder)).toEqual(["exp002_lgbm", "exp001"]);
    expect(await offersOfFish("crossfold init --direction=mi", folder)).toEqual([
      "--direction=minimize",
    ]);
  });
});

describe.skipIf(!zsh && !isCI)("zsh", () => {
  test.each([
    ["crossfold hi", "crossfold history "],
    ["xf train --det", "xf train --detach "],
    ["crossfold show exp002", "crossfold show exp002_lgbm "],
    ["crossfold init --direction=mi", "crossfold init --direction=minimize "],
  ])("%s", async (typed, completed) => {
    expect(await completedByZsh(typed, folder)).toBe(completed);
  });
});

test("completion of a shell we do not know is wrong usage", async () => {
  const { stderr, exitCode } = await crossfold(["completion", "tcsh"]);
  expect(stderr).toContain("bash, zsh, fish");
  expect(exitCode).toBe(2);
});
