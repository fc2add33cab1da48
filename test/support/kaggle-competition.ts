import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { accuracyGrader } from "../kaggle/graders.ts";
import { type FakeKaggle, startFakeKaggle } from "../kaggle/fake-kaggle.ts";
import { makeTempFolder } from "./cli.ts";
import { sharedPython, toolEnv } from "./tools.ts";

/** Points around two centres: enough for a score well above chance, small enough to train in seconds. */
function makeRows(from: number, to: number): { id: number; x: string; kind: string; y: number }[] {
  return Array.from({ length: to - from }, (_, index) => {
    const id = from + index;
    const y = (id * 7) % 3 === 0 ? 1 : 0;
    const noise = ((id * 7919) % 100) / 100;
    return { id, x: (y * 0.6 + noise).toFixed(2), kind: `k${(id * 5) % 7}`, y };
  });
}

const csv = (header: string, rows: (string | number)[][]) =>
  [header, ...rows.map((row) => row.join(","))].join("\n") + "\n";

async function write(folder: string, files: Record<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
}

export interface KagglePlace {
  /** An empty folder for the workspace. */
  root: string;
  env: NodeJS.ProcessEnv;
  fake: FakeKaggle;
}

/**
 * The competition `points` at a stand-in for Kaggle. For code, notebooks see 20 rows of test data, and the 80 that count
 * only when Kaggle runs them again.
 */
export async function holdCompetition({ code }: { code: boolean }): Promise<KagglePlace> {
  const home = await makeTempFolder();
  const files = path.join(home, "data");
  const hiddenFiles = path.join(home, "hidden");
  const test = makeRows(201, 281);
  await write(files, { "train.csv": trainText(), ...testTexts(code ? test.slice(0, 20) : test) });
  await write(hiddenFiles, testTexts(test));
  await write(home, { "solution.csv": csv("id,y,Usage", test.map(withUsage)) });
  const python = await sharedPython();
  const fake = await startFakeKaggle({
    competitions: [
      {
        slug: "points",
        title: "Points around two centres",
        pages: [{ name: "description", content: "Which centre does a point belong to?" }],
        files,
        ...(code ? { hiddenFiles } : {}),
        isKernelsSubmissionsOnly: code,
        evaluationMetric: "Accuracy",
        higherIsBetter: true,
        score: accuracyGrader({ file: path.join(home, "solution.csv"), id: "id", target: "y" }),
      },
    ],
    settings: { python },
  });
  const root = path.join(home, "points");
  await mkdir(root);
  return { root, env: toolEnv({ CROSSFOLD_PYTHON: python, ...fake.env }), fake };
}

const trainText = () =>
  csv(
    "id,x,kind,y",
    makeRows(1, 201).map((row) => Object.values(row)),
  );

const testTexts = (rows: ReturnType<typeof makeRows>) => ({
  "test.csv": csv(
    "id,x,kind",
    rows.map(({ id, x, kind }) => [id, x, kind]),
  ),
  "sample_submission.csv": csv(
    "id,y",
    rows.map(({ id }) => [id, 0]),
  ),
});

const withUsage = ({ id, y }: ReturnType<typeof makeRows>[number]) => [
  id,
  y,
  id % 2 === 0 ? "Public" : "Private",
];
