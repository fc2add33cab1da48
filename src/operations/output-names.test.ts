import { expect, test } from "vitest";
import { z } from "zod";
import { projectSchema } from "../core/competition/project.ts";
import type { Operation } from "./operation.ts";
import { operations } from "./table.ts";

/** What may be written to project.yml as it is keeps the names it has there: n_splits. */
const ofProjectFile = keysOf(z.toJSONSchema(projectSchema.shape.validation));

test.each(Object.entries(operations))(
  "%s: every key of the result is camelCase",
  async (_, one) => {
    const { output } = (await one.load()) as unknown as Operation;
    const keys = keysOf(z.toJSONSchema(output, { reused: "inline" }));
    const odd = keys.filter((key) => !/^[a-z][A-Za-z0-9]*$/.test(key));
    expect(odd.filter((key) => !ofProjectFile.includes(key))).toEqual([]);
  },
);

test("keys are found however deep they are", () => {
  const deep = z.object({ a: z.array(z.union([z.object({ bad_key: z.int() }), z.null()])) });
  expect(keysOf(z.toJSONSchema(deep))).toEqual(["a", "bad_key"]);
});

/** The names of the properties in a JSON schema, at every depth. */
function keysOf(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const inner = Object.values(schema).flatMap(keysOf);
  return "properties" in schema ? Object.keys(schema.properties as object).concat(inner) : inner;
}
