import { expect, test } from "vitest";
import { leakFindings } from "../../../../../test/support/leak-corpus.ts";
import { readSource } from "../../../../python/source-tree.ts";

const project = { id: "id", target: "y", validation: { strategy: "KFold" } };

const leak = `
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold
data = pd.read_csv("train.csv")
for tr, va in KFold(5).split(data):
    Ridge().fit(data.iloc[tr], data["y"].iloc[tr])
`;

const lines = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join("\n");

const strange: [string, string][] = [
  ["a chain of thousands of calls", `x = a${".b()".repeat(3000)}`],
  ["a long elif", `if a: x = 0\n${lines(1500, (at) => `elif a == ${at}: x = ${at}`)}`],
  ["a list in itself", "import numpy as np\nrows = []\nrows.append(rows)\nnp.sum(rows)"],
  ["a dict in itself", "import numpy as np\nfound = {}\nfound['x'] = found\nnp.mean(found)"],
  ["functions that call each other", "def a(n): return b(n)\ndef b(n): return a(n)\na(1)"],
  [
    "calls without arguments",
    "import pandas as pd\ndf = pd.read_csv('train.csv')\n[c for c in df.columns if c.startswith()]\n" +
      "args = ['a']\ndf.get_column(*args)\ndf.get()\ndf.pop()\ndf.rename()\ndf.insert()",
  ],
  [
    "thousands of columns of the target",
    "import pandas as pd\ndf = pd.read_csv('train.csv')\n" +
      lines(3000, (at) => `df["c${at + 1}"] = df["c${at}"] * 2 + df["y"]`),
  ],
];

test.each(strange)("%s neither stops check nor hides a leak", (_, code) => {
  const findings = leakFindings(readSource("train.py", `${code}\n${leak}`), project);
  expect(findings.map(({ code: found }) => found)).toContain("XF204");
});
