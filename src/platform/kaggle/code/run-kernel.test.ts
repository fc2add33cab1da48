import { afterEach, beforeEach, expect, test } from "vitest";
import { type FakeKaggle, startFakeKaggle } from "../../../../test/kaggle/fake-kaggle.ts";
import { testContext } from "../../../../test/support/workspace.ts";
import { openKaggle } from "../../../clients/kaggle/open-kaggle.ts";
import type { LivePipeline } from "./pipeline.ts";
import { type KernelPlan, runKernel } from "./run-kernel.ts";
import type { KernelState } from "./step-state.ts";

const content = "f".repeat(64);
let fake: FakeKaggle;
let states: KernelState[];

beforeEach(async () => {
  states = [];
  fake = await startFakeKaggle({ settings: { notFoundPolls: 0, stalePolls: 0, queuedPolls: 0 } });
});
afterEach(() => fake.close());

async function run() {
  const api = await openKaggle({ HOME: "/nonexistent", ...fake.env });
  const context = testContext({ root: "/nonexistent" });
  const pipeline = { api, context, timeoutSeconds: 60 } as unknown as LivePipeline;
  const plan: KernelPlan = {
    called: "the notebook of exp001",
    content,
    known: undefined,
    keep: async (state) => void states.push(state),
    kernel: {
      slug: "tester/toy-exp001",
      newTitle: "Toy exp001",
      text: `# ${content}\nprint("done")\n`,
      language: "python",
      kernelType: "script",
      isPrivate: true,
      enableInternet: false,
    },
  };
  return runKernel(pipeline, plan);
}

const pushes = () => fake.requests.filter(({ call }) => call === "SaveKernel").length;

test.each(["lost-response", "page"] as const)(
  "a push whose answer is not Kaggle's (%s) is looked for, and not made twice",
  async (kind) => {
    fake.fault({ on: "SaveKernel", kind });
    expect(await run()).toMatchObject({ version: 1, state: "complete" });
    expect(pushes()).toBe(1);
    expect(states.map(({ state }) => state)).toEqual(["sending", "pushed", "complete"]);
  },
);

test("a push that Kaggle refuses is not looked for", async () => {
  const message = "Maximum batch CPU session count of 5 reached.";
  fake.fault({ on: "SaveKernel", kind: "error-in-200", message });
  await expect(run()).rejects.toMatchObject({ reason: message });
  expect(fake.requests.filter(({ call }) => call === "GetKernel")).toHaveLength(1);
});
