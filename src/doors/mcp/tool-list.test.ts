import { expect, test } from "vitest";
import { operationNames } from "../../operations/table.ts";
import { listTools } from "./tool-list.ts";
import { operationOf, toolName } from "./tool-name.ts";

test("every operation is a tool, in the table's order", async () => {
  const names = (await listTools()).map(({ name }) => name);
  expect(names).toEqual(operationNames.map(toolName));
});

test.each(operationNames)(
  "%s: the tool is a contract, kept in test/fixtures/mcp-tools",
  async (name) => {
    const tool = (await listTools()).find((one) => one.name === toolName(name));
    const text = `${JSON.stringify(tool, null, 1)}\n`;
    await expect(text).toMatchFileSnapshot(
      `../../../test/fixtures/mcp-tools/${toolName(name)}.json`,
    );
  },
);

test("every tool has a name of its own that leads back to its operation", () => {
  expect(new Set(operationNames.map(toolName)).size).toBe(operationNames.length);
  for (const name of operationNames) expect(operationOf(toolName(name))).toBe(name);
  expect(operationOf("plan add")).toBeUndefined();
});

test("every input is described", async () => {
  for (const { name, inputSchema } of await listTools()) {
    for (const [key, schema] of Object.entries(inputSchema.properties ?? {})) {
      expect(schema, `${name}.${key}`).toHaveProperty("description");
    }
  }
});

test("hints are those of the operation's effect", async () => {
  const hints = new Map((await listTools()).map((tool) => [tool.name, tool.annotations]));
  const reads = { readOnlyHint: true, destructiveHint: false, idempotentHint: true };
  expect(hints.get("plan")).toEqual(reads);
  expect(hints.get("train")).toMatchObject({ readOnlyHint: false, idempotentHint: false });
  expect(hints.get("stop")).toMatchObject({ readOnlyHint: false, destructiveHint: true });
});
