import { expect, test } from "vitest";
import { gpuUse } from "./gpu-use.ts";

test.each([
  ["import numpy as np\nimport torch\n", "imports torch"],
  ["def fit():\n    from torch import nn\n", "imports torch"],
  ["import os, torch.nn as nn\n", "imports torch"],
  ["from sentence_transformers import SentenceTransformer\n", "imports sentence_transformers"],
  ['model = XGBClassifier(device="cuda:0")\n', "asks for the device cuda:0"],
  ["class Config:\n    device: str = 'gpu'\n", "asks for the device gpu"],
  ['params = {"task_type": "GPU"}\n', "asks for the device GPU"],
  ["from sklearn.ensemble import HistGradientBoostingClassifier\nimport lightgbm\n", undefined],
  ["# import torch would be slower\ntorchlight = 1\nimport torchless\n", undefined],
  ['model = LGBMClassifier(device="cpu")\n', undefined],
])("%j %s", (source, use) => {
  expect(gpuUse(["import polars\n", source])).toBe(use);
});
