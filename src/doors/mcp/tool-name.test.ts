import { expect, test } from "vitest";
import { definitionOf, loadOperation } from "../shared/load-operation.ts";
import { checkToolInput } from "./tool-input.ts";
import { operationOf, toolCall } from "./tool-name.ts";

async function spelled(operation: string, input: Record<string, unknown>): Promise<string> {
  return toolCall({ operation, input, why: "" }, await definitionOf(operation));
}

test("an operation to call is a tool with its arguments, which the tool takes", async () => {
  const call = await spelled("infra smoke", { gpu: "NVIDIA_L4" });
  expect(call).toBe('infra_smoke {"gpu":"NVIDIA_L4"}');
  const [tool, text] = [call.slice(0, call.indexOf(" ")), call.slice(call.indexOf(" "))];
  const operation = await loadOperation(operationOf(tool)!);
  expect(checkToolInput(operation, JSON.parse(text))).toMatchObject({ gpu: "NVIDIA_L4" });
});

test("what is required and not known is marked; what only a terminal needs is left out", async () => {
  expect(await spelled("lb", { score: 0.5 })).toBe('lb {"experiment":"<experiment>","score":0.5}');
  expect(await spelled("logs", { run: "a", follow: true })).toBe('logs {"run":"a"}');
  expect(await spelled("brew", {})).toBe("brew");
});
