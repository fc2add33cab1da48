import { expect, it } from "vitest";
import type { Ask, Context } from "../../core/context.ts";
import { chooseTarget } from "./choose-target.ts";

/** A person who takes the choice whose label begins so. */
function askedBy(label: string): Context {
  const ask: Pick<Ask, "choose"> = {
    choose: async (_question, choices) => choices.find((one) => one.label.startsWith(label))!.value,
  };
  return { ask } as Context;
}

it.each([
  ["Local", { on: "local", debug: false }],
  ["Local, debug", { on: "local", debug: true }],
])("takes %s", async (label, expected) => {
  expect(await chooseTarget(askedBy(label), "exp001")).toMatchObject(expected);
});

it("may be skipped", async () => {
  expect(await chooseTarget(askedBy("Skip"), "exp001")).toBe("skip");
});

it("is wrong usage where nobody can be asked", async () => {
  const refused = chooseTarget({ ask: undefined } as Context, "exp001");
  await expect(refused).rejects.toMatchObject({
    exitCode: 2,
    next: { operation: "train", input: { experiment: "exp001", on: "local" } },
    expected: expect.stringContaining("crossfold train exp001 --on local --debug"),
  });
});
