import { describe, expect, test } from "vitest";
import { z } from "zod";
import { UserError } from "../../core/errors/user-error.ts";
import { defineOperation, type Operation } from "../../operations/operation.ts";
import { parseArguments } from "./command.ts";
import { commandHelp } from "./help.ts";
import { makeStyle } from "../text/style.ts";

const sample = defineOperation({
  description: "Bakes bread.",
  whenToUse: "Use it for bread.",
  input: z.object({
    name: z.string().describe("What to bake"),
    extras: z.array(z.string()).default([]).describe("What goes in"),
    ovenHeat: z.int().min(50).max(300).default(220).describe("Degrees"),
    label: z.array(z.string()).default([]).describe("A label; may be repeated"),
    crust: z.enum(["thin", "thick"]).optional().describe("The crust"),
    dryRun: z.boolean().default(false).describe("Only say what would be done"),
    slice: z.boolean().default(true).describe("Cut it after"),
    steam: z.boolean().optional().describe("Steam in the oven"),
    proof: z.number().positive().optional().describe("Hours"),
    tin: z.string().regex(/^\w+$/, "expected a slug").optional().describe("Which tin"),
    note: z.string().min(1).optional().describe("A word about it"),
    rest: z.array(z.string()).default([]).describe("Goes to the baker"),
  }),
  output: z.object({}),
  effect: "write",
  positionals: ["name", "extras"],
  short: { ovenHeat: "t" },
  passthrough: "rest",
  examples: [{ command: "bake rye", summary: "a rye bread" }],
  run: async () => ({}),
}) as unknown as Operation;

const parsed = (...args: string[]) => parseArguments(sample, "bake", args);
const defaults = {
  name: "rye",
  extras: [],
  ovenHeat: 220,
  label: [],
  dryRun: false,
  slice: true,
  rest: [],
};

describe("arguments from a schema", () => {
  test("nothing but what is required leaves the schema's defaults", () => {
    expect(parsed("rye").input).toEqual(defaults);
  });

  test("flags are the keys in kebab-case; numbers, switches and lists come as such", () => {
    const flags = ["--oven-heat", "180", "--dry-run", "--no-slice", "--label", "a", "--label=b"];
    expect(parsed("rye", ...flags, "--crust", "thick").input).toEqual({
      ...defaults,
      ovenHeat: 180,
      dryRun: true,
      slice: false,
      label: ["a", "b"],
      crust: "thick",
    });
  });

  test("a repeated flag does not swallow the positionals after it", () => {
    expect(parsed("--label", "a", "rye", "seeds", "salt").input).toEqual({
      ...defaults,
      label: ["a"],
      extras: ["seeds", "salt"],
    });
  });

  test("one-letter flags", () => {
    expect(parsed("rye", "-t", "200").input.ovenHeat).toBe(200);
  });

  test("a switch without a default is on, off or neither", () => {
    expect(parsed("rye").input.steam).toBeUndefined();
    expect(parsed("rye", "--steam").input.steam).toBe(true);
    expect(parsed("rye", "--no-steam").input.steam).toBe(false);
  });

  test("what follows -- is passed on untouched, a second -- and our own flags among it", () => {
    const rest = ["--json", "--", "a b", "$(x)", "-C", ""];
    const typed = parsed("rye", "--", ...rest);
    expect(typed.input.rest).toEqual(rest);
    expect(typed.json).toBe(false);
  });

  test("--json and -C stand anywhere", () => {
    expect(parsed("--json", "rye", "-C", "there")).toMatchObject({ json: true, cwd: "there" });
  });
});

describe("wrong usage names the flag and the help", () => {
  test.each([
    [["rye", "--oven-heat", "hot"], '--oven-heat: expected a number, got "hot"'],
    [["rye", "--oven-heat", ""], '--oven-heat: expected a number, got ""'],
    [["rye", "--oven-heat", "20.5"], "--oven-heat: expected a whole number, got 20.5"],
    [["rye", "--oven-heat", "1000"], "--oven-heat: expected a number of at most 300, got 1000"],
    [["rye", "--oven-heat", "0"], "--oven-heat: expected a number of at least 50, got 0"],
    [["rye", "--oven-heat", "Infinity"], "--oven-heat: expected a number, got Infinity"],
    [["rye", "--proof", "0"], "--proof: expected a number above 0, got 0"],
    [["rye", "--tin", "a b"], '--tin: expected a slug, got "a b"'],
    [["rye", "--note", ""], '--note: must not be empty, got ""'],
    [["rye", "--crust", "soft"], '--crust: "soft" is not one of its choices'],
    [["rye", "--crst", "thin"], "(did you mean --crust?)"],
    [["rye", "--label"], "argument missing"],
    [[], "missing required argument 'name'"],
  ])("%j", (args, message) => {
    const error = failure(() => parsed(...args));
    expect(error.message).toContain(message);
    expect(error).toMatchObject({ code: "usage", exitCode: 2, next: "crossfold bake --help" });
  });

  test("a choice that is none lists the choices, the nearest first named", () => {
    const error = failure(() => parsed("rye", "--crust", "thicc"));
    expect(error.message).toBe('--crust: "thicc" is not one of its choices (did you mean thick?)');
    expect(error.expected).toBe("one of thin, thick");
  });

  test("a required flag that was not given is named", () => {
    const input = sample.input.extend({ flour: z.string().describe("Which flour") });
    const strict = { ...sample, input } as unknown as Operation;
    const error = failure(() => parseArguments(strict, "bake", ["rye"]));
    expect(error.message).toBe("missing required option --flour");
    expect(error).toMatchObject({ expected: "Which flour", next: "crossfold bake --help" });
  });

  test("an input that has no flag is a bug, said when the command is made", () => {
    const odd = { ...sample, input: z.object({ when: z.date() }), positionals: [] };
    expect(() => parseArguments(odd as unknown as Operation, "bake", [])).toThrow("no flag: date");
  });
});

function failure(work: () => unknown): UserError {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

test("help shows arguments, flags, choices, defaults and examples", () => {
  expect(
    commandHelp(sample, "bake", makeStyle({ color: false, width: Infinity })),
  ).toMatchSnapshot();
});
