import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { isOperationName } from "../../operations/table.ts";
import { loadOperation } from "../shared/load-operation.ts";
import { parseArguments } from "./command.ts";
import { callLine, commandLine } from "./command-line.ts";
import { findOperation } from "./command-words.ts";

/** The words of a line as a shell gives them to the program. */
function typed(line: string): string[] {
  const program = `for word in "$@"; do printf '%s\\0' "$word"; done`;
  const out = execFileSync("sh", ["-c", `set -- ${line}\n${program}`], { encoding: "utf8" });
  return out.split("\0").slice(0, -1);
}

const cases: [string, Record<string, unknown>, string][] = [
  [
    "train",
    { experiment: "exp001", on: "local", debug: true },
    "crossfold train exp001 --on local --debug",
  ],
  ["train", { experiment: "exp001", check: false }, "crossfold train exp001 --no-check"],
  [
    "train",
    { experiment: "exp001", args: ["--lr", "a b"] },
    "crossfold train exp001 -- --lr 'a b'",
  ],
  ["plan add", { hypothesis: 'it\'s $HOME; "x"' }, `crossfold plan add 'it'"'"'s $HOME; "x"'`],
  [
    "tasks search",
    { words: ["a", "b c"], label: ["x", "y"] },
    "crossfold tasks search a 'b c' --label x --label y",
  ],
  [
    "submit",
    { experiment: "exp001", message: "-1 %", wait: false },
    "crossfold submit exp001 --message='-1 %'",
  ],
];

test.each(cases)(
  "%s %j is a line that a shell takes back to the same call",
  async (name, input, line) => {
    expect(await callLine({ operation: name, input, why: "" })).toBe(line);
    const found = findOperation(typed(line).slice(1))!;
    expect(found.name).toBe(name);
    const back = parseArguments(await loadOperation(found.name), name, found.args);
    expect(back.input).toMatchObject(input);
  },
);

test("what is required and not known stands in capitals", async () => {
  const call = { operation: "lb", input: { experiment: "exp001" }, why: "" };
  expect(await callLine(call)).toBe("crossfold lb exp001 SCORE");
  expect(await callLine({ operation: "done", input: {}, why: "" })).toBe(
    "crossfold done EXPERIMENT --summary SUMMARY",
  );
});

test("without a definition the help is named", () => {
  expect(isOperationName("brew")).toBe(false);
  expect(commandLine({ operation: "brew", input: { tea: 1 }, why: "" }, undefined)).toBe(
    "crossfold brew --help",
  );
});
