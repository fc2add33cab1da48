import { trainingFiles } from "../analysis/experiment-source.ts";
import { calledName } from "../analysis/python-tree.ts";
import { seedsGlobally } from "../analysis/seeds.ts";
import type { IndexedFile } from "../analysis/source-index.ts";
import type { Rule } from "../rule.ts";

const steps = /^(backward|zero_grad)$/;

export const torchWithoutSeed: Rule = {
  code: "XF304",
  name: "torch-without-seed",
  severity: "warning",
  summary: "PyTorch training sets its seed",
  why: "Initial weights, dropout and the order of batches all depend on it.",
  fix: "Call torch.manual_seed(config.seed) at the start of main, before the model is created.",
  bad: `model = Net()\nloss.backward()`,
  good: `torch.manual_seed(config.seed)\nmodel = Net()\nloss.backward()`,
  check(source) {
    const own =
      /^torch\.(manual_seed|random\.manual_seed)$|^(lightning|pytorch_lightning|L|transformers|accelerate)\b.*seed/;
    if (seedsGlobally(source, own)) return [];
    const found = trainingFiles(source).flatMap((file) =>
      usesTorch(file)
        ? file.calls.filter((call) => steps.test(calledName(call))).map((call) => ({ file, call }))
        : [],
    );
    const first = found[0];
    if (first === undefined) return [];
    return [
      { file: first.file, at: first.call, message: "PyTorch training without torch.manual_seed" },
    ];
  },
};

function usesTorch(file: IndexedFile): boolean {
  return [...file.imports.values()].some((origin) => /^torch(\.|$)/.test(origin));
}
