import { expect, it } from "vitest";
import { UserError } from "../../core/errors/user-error.ts";
import { scriptArguments } from "./script-arguments.ts";

it("splits words as a shell would, and runs nothing", () => {
  const extraArgs = `--a 'b c' "d \\"e\\"" ;touch $X \`y\` --debug`;
  expect(scriptArguments({ extraArgs, args: ["z z"] })).toEqual({
    args: ["--a", "b c", 'd "e"', ";touch", "$X", "`y`", "--debug", "z z"],
    debug: true,
  });
});

it.each([
  [{ args: [], debug: true }, ["--debug"], true],
  [{ args: ["--debug"], debug: true }, ["--debug"], true],
  [{ args: ["--debug"] }, ["--debug"], true],
  [{ args: ["--debug", "--no-debug"] }, ["--debug", "--no-debug"], false],
  [{ args: ["--no-debug"], debug: true }, ["--no-debug", "--debug"], true],
  [{ args: ["--debugger"] }, ["--debugger"], false],
])("takes %j for a debug run or not", (given, args, debug) => {
  expect(scriptArguments(given)).toEqual({ args, debug });
});

it("refuses a quote that is not closed", () => {
  expect(() => scriptArguments({ extraArgs: "'open", args: [] })).toThrow(UserError);
});
