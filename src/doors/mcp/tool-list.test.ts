import { expect, test } from "vitest";
import { isRare, operationNames } from "../../operations/table.ts";
import { loadOperation } from "../shared/load-operation.ts";
import { manualOf } from "./more-tool.ts";
import { listTools } from "./tool-list.ts";
import { operationOf, toolName } from "./tool-name.ts";
import { inputSchema } from "./tool-schema.ts";

const daily = operationNames.filter((name) => !isRare(name));
const rare = operationNames.filter(isRare);

test("every operation of daily work is a tool, in the table's order; the rest is behind more", async () => {
  const tools = await listTools();
  expect(tools.map(({ name }) => name)).toEqual([...daily.map(toolName), "more"]);
  const { description = "" } = tools.at(-1)!;
  expect(rare.filter((name) => !description.includes(`\n${name}: `))).toEqual([]);
});

test("the list of tools is read before every conversation: it stays under 24 KB", async () => {
  const bytes = Buffer.byteLength(JSON.stringify({ tools: await listTools() }));
  expect(bytes).toBeLessThan(24 * 1024);
});

test.each(daily)("%s: the tool is a contract, kept in test/fixtures/mcp-tools", async (name) => {
  const tool = (await listTools()).find((one) => one.name === toolName(name));
  await expect(`${JSON.stringify(tool, null, 1)}\n`).toMatchFileSnapshot(
    `../../../test/fixtures/mcp-tools/${toolName(name)}.json`,
  );
});

test.each(rare)("%s: so is what more says of it", async (name) => {
  await expect(`${await manualOf(name)}\n`).toMatchFileSnapshot(
    `../../../test/fixtures/mcp-tools/more/${toolName(name)}.txt`,
  );
});

test("every tool has a name of its own that leads back to its operation", () => {
  expect(new Set(operationNames.map(toolName)).size).toBe(operationNames.length);
  for (const name of operationNames) expect(operationOf(toolName(name))).toBe(name);
  expect(operationOf("plan add")).toBeUndefined();
});

test("every input is described", async () => {
  for (const name of operationNames) {
    const { properties = {} } = inputSchema(await loadOperation(name));
    for (const [key, schema] of Object.entries(properties)) {
      expect(schema, `${name}.${key}`).toHaveProperty("description");
    }
  }
});

test("hints are those of the operation's effect", async () => {
  const hints = new Map((await listTools()).map((tool) => [tool.name, tool.annotations]));
  expect(hints.get("plan")).toEqual({ readOnlyHint: true });
  expect(hints.get("train")).toEqual({ destructiveHint: false });
  expect(hints.get("stop")).not.toHaveProperty("destructiveHint", false);
});
