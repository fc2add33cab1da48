import { expect, test } from "vitest";
import { failureNote, lastErrorLine } from "./run-note.ts";

test.each([
  ["a\nValueError: bad\n", "ValueError: bad"],
  [
    "torch.cuda.OutOfMemoryError: 2 GiB\nView run at http://x\n",
    "torch.cuda.OutOfMemoryError: 2 GiB",
  ],
  ["step 1\rstep 2\rKilled\r\n", "Killed"],
  ["\n \n", undefined],
  ["", undefined],
])("the last error line of %j", (tail, line) => {
  expect(lastErrorLine(tail)).toBe(line);
});

test("what a run that ended badly leaves", () => {
  const run = { id: "R", state: "failed", exitCode: 137, reason: null };
  expect(failureNote(run, "Killed")).toBe("Run R failed: exit code 137: Killed");
  expect(failureNote({ ...run, state: "lost", exitCode: null, reason: "gone" }, "x")).toBe(
    "Run R was lost: gone",
  );
  expect(failureNote({ ...run, state: "cancelled" }, undefined)).toBeUndefined();
});
