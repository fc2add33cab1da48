import { expect, test } from "vitest";
import { definitionOf, loadOperation } from "../shared/load-operation.ts";
import { readMore } from "./more-tool.ts";
import { checkToolInput } from "./tool-input.ts";
import { operationOf, toolCall } from "./tool-name.ts";

async function spelled(operation: string, input: Record<string, unknown>): Promise<string> {
  return toolCall({ operation, input, why: "" }, await definitionOf(operation));
}

test("an operation to call is a tool with its arguments, which the tool takes", async () => {
  const call = await spelled("docs view", { id: "DOC-1" });
  expect(call).toBe('docs_view {"id":"DOC-1"}');
  const [tool, text] = [call.slice(0, call.indexOf(" ")), call.slice(call.indexOf(" "))];
  const operation = await loadOperation(operationOf(tool)!);
  expect(checkToolInput(operation, JSON.parse(text))).toMatchObject({ id: "DOC-1" });
});

test("one that is rarely needed is a call of more, which more takes", async () => {
  const call = await spelled("infra smoke", { gpu: "NVIDIA_L4" });
  expect(call).toBe('more {"command":"infra smoke","input":{"gpu":"NVIDIA_L4"}}');
  const given = JSON.parse(call.slice(call.indexOf(" ")));
  expect(readMore(given)).toEqual({ name: "infra smoke", input: { gpu: "NVIDIA_L4" } });
});

test("what is required and not known is marked; what only a terminal needs is left out", async () => {
  expect(await spelled("lb", { score: 0.5 })).toBe('lb {"experiment":"<experiment>","score":0.5}');
  expect(await spelled("logs", { run: "a", follow: true })).toBe('logs {"run":"a"}');
  expect(await spelled("brew", {})).toBe("brew");
});
