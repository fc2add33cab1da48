import { expect, test } from "vitest";
import { errorLine, failureNote } from "./run-note.ts";

const traceback = (error: string) =>
  `Traceback (most recent call last):\n  File "train.py", line 6, in <module>\n    main()\n${error}\n`;
const folds = "fold 1/5 accuracy=0.8\nfold 2/5 accuracy=0.8\n";
const advice = `project.yml names the metric 'x', which this experiment cannot compute yet.
Add it to METRICS in scoring.py, for example
    "x": Metric("labels", lambda y, p: ...),
`;

const unknownOption = `╭─ Unrecognized options ─────────────────────╮
│ Unrecognized options: --learning-rate, 0.1 │
│ ────────────────────────────────────────── │
│ Perhaps you meant:                         │
│     --config.learning-rate FLOAT           │
│         (default: 0.05)                    │
│ ────────────────────────────────────────── │
│ For full helptext, run train.py --help     │
╰────────────────────────────────────────────╯
`;
const wrongValue = `╭─ Value error ────────────────────────────────────────────────────────────────╮
│ Error parsing --config.epochs: invalid literal for int() with base 10:       │
│ 'many'                                                                       │
│ ──────────────────────────────────────────────────────────────────────────── │
│ For full helptext, see train.py --help                                       │
╰──────────────────────────────────────────────────────────────────────────────╯
`;
const richTraceback = `╭───────────────────── Traceback (most recent call last) ──────────────────────╮
│ /workspace/models/exp001/train.py:7 in fit                                   │
│                                                                              │
│ ❱  7 │   │   raise Refused("no data")                                        │
│                                                                              │
│ ╭─── locals ───╮                                                             │
│ │ x = {'a': 1} │                                                             │
│ ╰──────────────╯                                                             │
╰──────────────────────────────────────────────────────────────────────────────╯
`;
const table = `shape: (1, 2)
┌─────┬─────┐
│ a   ┆ b   │
╞═════╪═════╡
│ 1   ┆ 2   │
└─────┴─────┘
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
  ["a panel of tyro", unknownOption, "Unrecognized options: --learning-rate, 0.1"],
  [
    "a panel whose message is wrapped, after an error that did not end it",
    `OSError: no GPU\n${wrongValue}View run at http://x\n`,
    "Error parsing --config.epochs: invalid literal for int() with base 10: 'many'",
  ],
  ["a traceback of rich", `${folds}${richTraceback}Refused: 学習データ\n`, "Refused: 学習データ"],
  [
    "the last of rich's chained tracebacks",
    `${richTraceback}KeyError: 'b'\n\nDuring handling ...\n\n${richTraceback}Refused: no data\n`,
    "Refused: no data",
  ],
  ["a panel that is cut off", unknownOption.split("\n").slice(5).join("\n"), undefined],
  ["a message above a border", `${folds}no rows left\n────────\n`, "no rows left"],
  ["a table, which is no panel", `${folds}no rows left\n${table}`, "no rows left"],
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
    "Run R failed: killed (SIGKILL), often out of memory",
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
