import { expect, test } from "vitest";
import { errorLine, failureNote } from "./run-note.ts";

const traceback = (error: string) =>
  `Traceback (most recent call last):\n  File "train.py", line 6, in <module>\n    main()\n${error}\n`;
const folds = "fold 1/5 accuracy=0.8\nfold 2/5 accuracy=0.8\n";
const advice = `project.yml names the metric 'x', which this experiment cannot compute yet.
Add it to METRICS in scoring.py, for example
    "x": Metric("labels", lambda y, p: ...),
`;

test.each([
  ["a traceback", folds + traceback("ValueError: bad"), "ValueError: bad"],
  ["an error of several lines", traceback("ValueError: bad\nvery bad"), "ValueError: bad"],
  ["an error of one's own", traceback("__main__.Refused: no data"), "__main__.Refused: no data"],
  [
    "the last of chained tracebacks",
    `${traceback("KeyError: 'a'")}\nDuring handling, another exception occurred:\n\n${traceback("ValueError: b")}`,
    "ValueError: b",
  ],
  ["a traceback that was lived through", traceback("OSError: x") + folds + advice, advice],
  ["an error without a traceback", "a\nSyntaxError: bad\n", "SyntaxError: bad"],
  [
    "an error before what MLflow prints",
    "torch.cuda.OutOfMemoryError: 2 GiB\nView run at http://x\n",
    "torch.cuda.OutOfMemoryError: 2 GiB",
  ],
  [
    "what a parser of arguments refuses",
    "usage: train.py [-h]\ntrain.py: error: unrecognized arguments: --x\n",
    "train.py: error: unrecognized arguments: --x",
  ],
  [
    "what tyro refuses",
    `╭─ Value error ─────────────────────────────────────────────╮
│ Error parsing --config.learning-rate: could not convert   │
│ string to float: 'abc'                                    │
│ ───────────────────────────────────────────────────────── │
│ For full helptext, see train.py --help                    │
╰───────────────────────────────────────────────────────────╯
`,
    "Error parsing --config.learning-rate: could not convert string to float: 'abc'",
  ],
  ["a box that something comes after", `╭─ a ─╮\n│ b   │\n╰─────╯\nKilled\n`, "Killed"],
  ["a message after progress", folds + advice, advice],
  ["a message after a bar", ` 40%|████      | 4/10\r 50%|█████     | 5/10\n${advice}`, advice],
  ["a message after a blank line", `loading\nloaded\n\n${advice}`, advice],
  ["a message before what MLflow prints", `${advice}🏃 View run x at: http://x\n`, advice],
  ["many lines", `${"another line\n".repeat(20)}the last\n`, "the last"],
  ["a line drawn over itself", "step 1\rstep 2\rKilled\r\n", "Killed"],
  ["progress alone", folds, "fold 2/5 accuracy=0.8"],
  ["blank lines", "\n \n", undefined],
  ["nothing", "", undefined],
])("of %s", (_, log, line) => {
  expect(errorLine(log)).toBe(line?.split("\n")[0]);
});

const run = { id: "R", state: "failed", exitCode: 1, reason: null };

test.each([
  ["an exit code", run, "Run R failed: exit code 1: ValueError: bad"],
  [
    "a signal, whatever was printed last",
    { ...run, exitCode: 137 },
    "Run R failed: killed (SIGKILL), often for want of memory",
  ],
  [
    "an exit code above 128",
    { ...run, exitCode: 255 },
    "Run R failed: exit code 255: ValueError: bad",
  ],
  [
    "what its place said of it",
    { ...run, exitCode: 75, reason: "a secret could not be read: no such secret (exit code 75)" },
    "Run R failed: a secret could not be read: no such secret (exit code 75)",
  ],
  ["no exit code", { ...run, exitCode: null, reason: "no start" }, "Run R failed: no start"],
  ["a lost run", { ...run, state: "lost", exitCode: null, reason: "gone" }, "Run R was lost: gone"],
  ["a run that was stopped", { ...run, state: "cancelled" }, undefined],
])("the note on %s", (_, ended, note) => {
  expect(failureNote(ended, traceback("ValueError: bad"))).toBe(note);
});
