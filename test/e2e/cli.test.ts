import { readFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { describe, expect, test } from "vitest";
import { operations } from "../../src/operations/table.ts";
import { crossfold, makeTempFolder } from "../support/cli.ts";
import { cliPath, repository, toolEnv } from "../support/tools.ts";

const names = Object.keys(operations);

describe("help", () => {
  test("crossfold alone shows every command by phase", async () => {
    const { stdout, exitCode } = await crossfold([]);
    expect(exitCode).toBe(0);
    for (const [name, { summary }] of Object.entries(operations)) {
      expect(stdout).toMatch(
        new RegExp(`^  ${name} +${summary.replaceAll(/[().]/g, "\\$&")}$`, "m"),
      );
    }
    expect((await crossfold(["--help"])).stdout).toBe(stdout);
  });

  test.each(names)("%s --help ends well and shows examples", async (name) => {
    const { stdout, stderr, exitCode } = await crossfold([...name.split(" "), "--help"]);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(stdout).toContain(`Usage: crossfold ${name}`);
    expect(stdout).toMatch(/Examples:\n {2}crossfold /);
    expect(stdout).toContain("--json");
  });

  test("--version is the package's", async () => {
    const { version } = JSON.parse(await readFile(path.join(repository, "package.json"), "utf8"));
    expect((await crossfold(["--version"])).stdout).toBe(`${version}\n`);
  });
});

describe("wrong usage: exit code 2, one message, the help to ask for", () => {
  test.each([
    [["hsitory"], "did you mean history?", "crossfold --help"],
    [["docs", "vew"], "did you mean view?", "crossfold docs --help"],
    [["train", "exp001", "--dtach"], "did you mean --detach?", "crossfold train --help"],
    [
      ["runs", "--limit", "many"],
      '--limit: expected a number, got "many"',
      "crossfold runs --help",
    ],
    [["show"], "missing required argument", "crossfold show --help"],
    [["-C"], "-C needs a folder", "crossfold --help"],
    [["--frobnicate"], "unknown option '--frobnicate'", "crossfold --help"],
  ])("%j", async (args, message, next) => {
    const { stdout, stderr, exitCode } = await crossfold(args);
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
    expect(stderr).toContain(`next: ${next}\n`);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

describe("errors", () => {
  test.each(["tasks", "docs", "history", "runs", "plan", "new", "overview"])(
    "%s outside a workspace says so",
    async (name) => {
      const { stdout, stderr, exitCode } = await crossfold([name], { cwd: await makeTempFolder() });
      expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
      expect(stderr).toContain("no Crossfold workspace here");
      expect(stderr).toContain("next: crossfold init");
    },
  );

  test.each([[["history", "--json"]], [["--json", "history"]]])(
    "%j: a document on stdout",
    async (args) => {
      const { stdout, exitCode } = await crossfold(args, { cwd: await makeTempFolder() });
      expect(exitCode).toBe(2);
      expect(JSON.parse(stdout).error).toMatchObject({ code: "no-workspace", exitCode: 2 });
    },
  );

  test("-C names the folder to work in", async () => {
    const folder = await makeTempFolder();
    const { stderr } = await crossfold(["-C", folder, "history"]);
    expect(stderr).toContain(`no project.yml in ${folder}`);
  });

  test("a folder that is not there, by -C or under our feet", async () => {
    const folder = await makeTempFolder();
    const named = await crossfold(["-C", path.join(folder, "gone"), "history"]);
    expect(named).toMatchObject({ exitCode: 2, stdout: "" });
    expect(named.stderr).toContain(`-C: there is no folder ${path.join(folder, "gone")}`);
    const script = 'mkdir gone && cd gone && rmdir ../gone && "$1" "$2" history; echo "$?"';
    const args = ["-c", script, "bash", process.execPath, cliPath];
    const result = await x("bash", args, { nodeOptions: { env: toolEnv(), cwd: folder } });
    expect(result.stdout).toBe("2\n");
    expect(result.stderr).toContain("has been removed");
    expect(result.stderr).not.toMatch(/^ +at /m);
  });

  test("colour only where it is asked for", async () => {
    const { stderr } = await crossfold(["hsitory"], { env: { FORCE_COLOR: "1" } });
    expect(stderr).toContain("\u001B[31m");
    const plain = await crossfold(["hsitory"], { env: { FORCE_COLOR: "1", NO_COLOR: "1" } });
    expect(plain.stderr).not.toContain("\u001B");
  });
});

test("a reader that goes away early is no failure", async () => {
  const script = '"$1" "$2" --help | head -n 1; echo "${PIPESTATUS[0]}"';
  const args = ["-c", script, "bash", process.execPath, cliPath];
  const { stdout, stderr } = await x("bash", args, { nodeOptions: { env: toolEnv() } });
  expect(stdout).toMatch(/^crossfold .*\n0\n$/);
  expect(stderr).toBe("");
});
