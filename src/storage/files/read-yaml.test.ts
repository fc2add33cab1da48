import { expect, test } from "vitest";
import { readYaml } from "./read-yaml.ts";

test.each([
  ["an alias of nothing", "a: *b", "not valid YAML: Unresolved alias"],
  ["an alias of itself", "a: &a [*a]", "in itself"],
  ["100,000 levels", `a: ${"[".repeat(100_000)}`, "nested deeper than 100 levels"],
  ["more than a million characters", `a: ${"x".repeat(1_000_000)}`, "longer than 1000000"],
])("%s is said, not thrown", (_, text, message) => {
  expect(readYaml(text)).toMatchObject({ ok: false, message: expect.stringContaining(message) });
});

test("a key that stands twice is found at its place, in a list's mapping too", () => {
  const read = readYaml("list:\n  - { a: 1 }\n  - b: 1\n    b: 2\n");
  expect(read).toMatchObject({ ok: false, line: 4, column: 5 });
});

test("a mapping of 60,000 keys is read, and __proto__ is a key like any other", () => {
  const keys = Array.from({ length: 60_000 }, (_, at) => `k${at}: ${at}`);
  const read = readYaml([...keys, "__proto__: { k1: 2 }"].join("\n"));
  const value = read.ok ? (read.value as Record<string, unknown>) : {};
  expect(Object.keys(value)).toHaveLength(60_001);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});
