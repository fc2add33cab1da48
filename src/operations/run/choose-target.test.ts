import { describe, expect, it, test } from "vitest";
import { addExperiment, makeWorkspace, testContext } from "../../../test/support/workspace.ts";
import type { Context } from "../../core/context.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import { chooseTarget } from "./choose-target.ts";

const torch = "import torch\n";
const trees = "from sklearn.ensemble import HistGradientBoostingClassifier\n";
const vertex = "vertex: { bucket: my-bucket }\n";

async function workspace({ train = trees, platform = "local", settings = "" } = {}) {
  const ws = await makeWorkspace(`competition_name: toy
competition_platform: ${platform}
data: { id: id, target: target }
metric: { name: accuracy, direction: maximize }
${settings}`);
  // What the harness imports says nothing of the model.
  const files = { "train.py": train, "harness/seeds.py": torch };
  await addExperiment(ws, "exp001", { files });
  return ws;
}

interface Asked {
  labels: string[];
  hints: string[];
  initial: string | undefined;
}

/** What a person is asked who takes the choice whose label begins so, and what came of it. */
async function asked(ws: Workspace, label = "Skip", env: Context["env"] = {}) {
  let seen: Asked | undefined;
  const ask = {
    choose: async <T extends string>(
      _question: string,
      choices: readonly { value: T; label: string; hint?: string }[],
      initial?: T,
    ) => {
      const labelOf = choices.find(({ value }) => value === initial)?.label;
      seen = {
        labels: choices.map((one) => one.label),
        hints: choices.map((one) => one.hint ?? ""),
        initial: labelOf,
      };
      return choices.find((one) => one.label.startsWith(label))!.value;
    },
  };
  const context = { ...testContext(ws), env: { HOME: ws.root, ...env }, ask } as unknown as Context;
  const target = await chooseTarget(context, ws, "exp001");
  return { target, ...seen! };
}

const vertexChoices = ["Vertex AI, L4", "Vertex AI, V100", "Vertex AI, CPU only"];

describe("what is offered", () => {
  test("where only this machine is set up, it comes first and the rest says what it needs", async () => {
    const { labels, hints, initial } = await asked(await workspace());
    expect(labels).toEqual(["Local (recommended)", "Local, debug", ...vertexChoices, "Skip"]);
    expect(initial).toBe("Local (recommended)");
    expect(hints[2]).toBe("one NVIDIA_L4 on g2-standard-8; needs vertex: in project.yml");
  });

  test("where all is set up, the order is the seed's and a GPU library decides what is recommended", async () => {
    const settings = { settings: vertex, platform: "kaggle" };
    const env = { KAGGLE_API_TOKEN: "t" };
    const rest = ["Local, debug", "Kaggle, T4", "Kaggle, CPU only", "Skip"];
    const boosted = await asked(await workspace(settings), "Skip", env);
    expect(boosted.labels).toEqual([...vertexChoices, "Local (recommended)", ...rest]);
    const deep = await asked(await workspace({ ...settings, train: torch }), "Skip", env);
    expect(deep.labels).toEqual([
      "Vertex AI, L4 (recommended)",
      ...vertexChoices.slice(1),
      "Local",
      ...rest,
    ]);
    expect(deep.hints[0]).toBe("one NVIDIA_L4 on g2-standard-8; the code imports torch");
    expect(deep.initial).toBe("Vertex AI, L4 (recommended)");
  });

  test("on platform kaggle its kernels are offered, and recommended for a GPU where nothing else has one", async () => {
    const ws = await workspace({ platform: "kaggle", train: torch });
    const { initial } = await asked(ws, "Skip", { KAGGLE_API_TOKEN: "t" });
    expect(initial).toBe("Kaggle, T4 (recommended)");
    const without = await asked(ws);
    expect(without.initial).toBe("Local (recommended)");
    const hint = without.hints[without.labels.indexOf("Kaggle, T4")];
    expect(hint).toContain("; needs KAGGLE_API_TOKEN in .env");
  });
});

it.each([
  ["Local (", { on: "local", debug: false, machine: {} }],
  ["Local, debug", { on: "local", debug: true, machine: {} }],
  ["Vertex AI, L4", { on: "vertex", debug: false, machine: { gpu: "NVIDIA_L4" } }],
  ["Skip", "skip"],
])("takes %s", async (label, expected) => {
  expect((await asked(await workspace(), label)).target).toEqual(expected);
});

it("is wrong usage where there is no terminal, and the error lists the same in the same order", async () => {
  const ws = await workspace({ platform: "kaggle" });
  const context = { ...testContext(ws), env: { HOME: ws.root, KAGGLE_API_TOKEN: "t" } };
  const refused = await chooseTarget(context, ws, "exp001").catch((error: unknown) => error);
  expect(refused).toMatchObject({
    exitCode: 2,
    message: "where to train exp001 is not specified, and there is no terminal to ask on",
    next: { operation: "train", input: { experiment: "exp001", on: "local" } },
  });
  const lines = (refused as { expected: string }).expected.split("\n");
  expect(lines.map((line) => line.split("   (")[0])).toEqual([
    "crossfold train exp001 --on local",
    "crossfold train exp001 --on local --debug",
    "crossfold train exp001 --on kaggle --gpu T4",
    "crossfold train exp001 --on kaggle",
    "crossfold train exp001 --on vertex --gpu NVIDIA_L4",
    "crossfold train exp001 --on vertex --gpu NVIDIA_TESLA_V100",
    "crossfold train exp001 --on vertex",
  ]);
  expect(lines[0]).toContain("Local (recommended): on this machine");
});
