import { expect, test } from "vitest";
import { lookFor } from "./look-for.ts";

const quick = { looks: 4, firstWaitMs: 1 };

/** Finds what there is at each look; the last one stays. */
function shown(looks: readonly (string | Error | undefined)[]) {
  let count = 0;
  const find = async (): Promise<string | undefined> => {
    const found = looks[Math.min(count++, looks.length - 1)];
    if (found instanceof Error) throw found;
    return found;
  };
  return { find, count: () => count };
}

test("what shows late in a list is found, and not looked for any longer", async () => {
  const { find, count } = shown([undefined, undefined, "job-1"]);
  expect(await lookFor(find, quick)).toBe("job-1");
  expect(count()).toBe(3);
});

test("a look that fails says nothing", async () => {
  const { find } = shown([new Error("403"), "job-1"]);
  expect(await lookFor(find, quick)).toBe("job-1");
  expect(await lookFor(shown([new Error("403")]).find, quick)).toBeUndefined();
});

test("what never shows is looked for so often", async () => {
  const { find, count } = shown([undefined]);
  expect(await lookFor(find, quick)).toBeUndefined();
  expect(count()).toBe(4);
});
