import { afterEach, expect, test, vi } from "vitest";
import { UserError } from "../../core/errors/user-error.ts";
import { Cancelled } from "./ask.ts";
import { reportError } from "./errors.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

function report(error: unknown, json: boolean) {
  let stdout = "";
  let stderr = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => Boolean((stdout += String(text))));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => Boolean((stderr += String(text))));
  const exitCode = reportError(error, json);
  return { stdout, stderr, exitCode };
}

const details = {
  code: "project-yml",
  message: "n_splits: expected number",
  at: { file: "project.yml", line: 3, column: 5 },
  expected: "first line\nsecond line",
  next: "mend line 3",
  exitCode: 2,
} as const;

test("a user's error: place, message, what was expected, what to do", () => {
  vi.stubEnv("FORCE_COLOR", "0");
  expect(report(new UserError(details), false)).toEqual({
    exitCode: 2,
    stdout: "",
    stderr:
      "crossfold: project.yml:3:5: n_splits: expected number\n" +
      "  expected: first line\n    second line\n" +
      "  next: mend line 3\n",
  });
});

test("with --json stdout is a document of the same", () => {
  expect(JSON.parse(report(new UserError(details), true).stdout)).toEqual({ error: details });
});

test("a bug keeps its stack and has an exit code of its own", () => {
  const { stdout, stderr, exitCode } = report(new TypeError("x is undefined"), true);
  expect(exitCode).toBe(70);
  expect(stderr).toMatch(/this is a bug in crossfold.*\nTypeError: x is undefined\n +at /);
  expect(JSON.parse(stdout).error).toMatchObject({ code: "bug", exitCode: 70 });
});

test("a question left with Ctrl-C ends quietly", () => {
  expect(report(new Cancelled(), true)).toEqual({ exitCode: 130, stdout: "", stderr: "" });
});
