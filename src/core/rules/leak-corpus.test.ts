import { expect, test } from "vitest";
import { judgeScript, leakScripts } from "../../../test/support/leak-corpus.ts";

const scripts = leakScripts();

test("the corpus is there: half of it leaks", () => {
  expect(scripts.filter(({ leak }) => leak !== null).length).toBeGreaterThanOrEqual(30);
  expect(scripts.filter(({ leak }) => leak === null).length).toBeGreaterThanOrEqual(30);
});

test.each(scripts.map((script) => [script.file, script] as const))("%s", (_, script) => {
  const { found, accusations, others } = judgeScript(script);
  const said = [...accusations, ...others].map(
    ({ line, code, severity }) => `${line} ${code} ${severity}`,
  );
  if (script.leak !== null) {
    expect(found).toBe(true);
    expect(said).toEqual([]);
  } else if (script.accepted) {
    expect(said.filter((one) => one.endsWith("error"))).toEqual([]);
  } else {
    expect(said).toEqual([]);
  }
});
