import { afterEach, expect, test, vi } from "vitest";
import { obeyed } from "../../../test/support/terminal-text.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { Cancelled } from "./ask.ts";
import { reportError } from "./errors.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

async function report(error: unknown, json: boolean) {
  let stdout = "";
  let stderr = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => Boolean((stdout += String(text))));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => Boolean((stderr += String(text))));
  const exitCode = await reportError(error, json);
  return { stdout, stderr, exitCode };
}

const details = {
  code: "project-yml",
  message: "n_splits: expected number",
  at: { file: "project.yml", line: 3, column: 5 },
  expected: "first line\nsecond line",
  next: "fix line 3",
  exitCode: 2,
} as const;

test("a user's error: place, message, what was expected, what to do", async () => {
  vi.stubEnv("FORCE_COLOR", "0");
  expect(await report(new UserError(details), false)).toEqual({
    exitCode: 2,
    stdout: "",
    stderr:
      "crossfold: project.yml:3:5: n_splits: expected number\n" +
      "  expected: first line\n    second line\n" +
      "  next: fix line 3\n",
  });
});

test("untrusted text in an error commands no terminal, and stays as it is in the document", async () => {
  vi.stubEnv("FORCE_COLOR", "1");
  const bad = "\u001B]0;x\u0007\u001B[2J\u202Eab\u009B5mc";
  const error = new UserError({
    ...details,
    at: { file: bad },
    message: bad,
    expected: bad,
    next: bad,
  });
  const { stdout, stderr } = await report(error, true);
  // oxlint-disable-next-line no-control-regex
  expect(stderr.replaceAll(/\u001B\[\d+m/g, "")).toBe(
    "crossfold: abc: abc\n  expected: abc\n  next: abc\n",
  );
  expect(JSON.parse(stdout).error).toMatchObject({ message: bad, expected: bad, next: bad });
  expect(stdout).not.toMatch(obeyed);
  const bug = await report(new Error(bad), false);
  expect(bug.stderr).toContain("Error: abc\n");
});

test("an operation to call next is a line to type, and data with --json", async () => {
  vi.stubEnv("FORCE_COLOR", "0");
  const next = {
    operation: "train",
    input: { experiment: "exp001", debug: true },
    why: "tries it",
  };
  const { stdout, stderr } = await report(new UserError({ ...details, next }), true);
  expect(stderr).toContain("\n  next: crossfold train exp001 --debug   (tries it)\n");
  expect(JSON.parse(stdout).error.next).toEqual(next);
});

test("with --json stdout is a document of the same", async () => {
  expect(JSON.parse((await report(new UserError(details), true)).stdout)).toEqual({
    error: details,
  });
});

test("a bug keeps its stack and has an exit code of its own", async () => {
  const { stdout, stderr, exitCode } = await report(new TypeError("x is undefined"), true);
  expect(exitCode).toBe(70);
  expect(stderr).toMatch(/this is a bug in crossfold.*\nTypeError: x is undefined\n +at /);
  expect(JSON.parse(stdout).error).toMatchObject({ code: "bug", exitCode: 70 });
});

test("a question left with Ctrl-C ends quietly", async () => {
  expect(await report(new Cancelled(), true)).toEqual({ exitCode: 130, stdout: "", stderr: "" });
});
