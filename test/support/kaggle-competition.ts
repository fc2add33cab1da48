import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { CompetitionOptions } from "../kaggle/competition.ts";
import { type FakeKaggle, startFakeKaggle } from "../kaggle/fake-kaggle.ts";
import { rmsleGrader } from "../kaggle/graders.ts";
import { makeTempFolder } from "./cli.ts";
import { copyHouseSales, repository, sharedPython, toolEnv } from "./tools.ts";

const demo = path.join(repository, "templates", "demo");
/** Test rows that are public where a notebook is submitted. */
const visibleRows = 100;
const month = 30 * 24 * 3600 * 1000;

export interface HostedCompetition {
  /** An empty folder for the workspace, named like the competition. */
  root: string;
  env: NodeJS.ProcessEnv;
  fake: FakeKaggle;
}

/**
 * The demo's house sales as the competition `ames-house-prices` at a stand-in for Kaggle, which keeps the prices of the
 * 1,130 test rows. For code it is `ames-house-prices-code`: everybody sees the first 100 of these rows, and a notebook
 * gets all only when Kaggle runs it again. It ends in a month, on 23:59 UTC.
 */
export async function holdCompetition({ code }: { code: boolean }): Promise<HostedCompetition> {
  const slug = code ? "ames-house-prices-code" : "ames-house-prices";
  const home = await makeTempFolder();
  const sales = path.join(home, "sales");
  await copyHouseSales(sales);
  const all = path.join(sales, "data", "input", "ames-house-prices");
  const solution = path.join(sales, "data", "grading", "solution.csv");
  const python = await sharedPython();
  const deadline = new Date(Date.now() + month);
  deadline.setUTCHours(23, 59, 0, 0);
  const fake = await startFakeKaggle({
    competitions: [
      {
        slug,
        title: "House prices in Ames",
        pages: await readPages(code),
        deadline,
        ...(code ? { files: await copyVisible(all, home), hiddenFiles: all } : { files: all }),
        isKernelsSubmissionsOnly: code,
        evaluationMetric: "Root Mean Squared Logarithmic Error",
        higherIsBetter: false,
        score: rmsleGrader({ file: solution, id: "Id", target: "Sale_Price" }),
      },
    ],
    settings: { python },
  });
  const root = path.join(home, slug);
  await mkdir(root);
  return { root, env: toolEnv({ CROSSFOLD_PYTHON: python, ...fake.env }), fake };
}

const readDocument = (name: string) => readFile(path.join(demo, "docs", `${name}.md`), "utf8");

/** The demo's documents as a competition's pages, less what holds only on one's own machine. */
async function readPages(code: boolean): Promise<NonNullable<CompetitionOptions["pages"]>> {
  const [task] = (await readDocument("overview")).split("\n\n");
  const seen = `\nThis is a code competition: the test data here is the first ${visibleRows} rows.\n`;
  return [
    { name: "description", content: task! },
    { name: "evaluation", content: await readDocument("evaluation") },
    { name: "data-description", content: `${await readDocument("data")}${code ? seen : ""}` },
  ];
}

/** The competition's files with the first test rows only; returns their folder. */
async function copyVisible(all: string, home: string): Promise<string> {
  const folder = path.join(home, "visible");
  await mkdir(folder);
  await copyFile(path.join(all, "train.csv"), path.join(folder, "train.csv"));
  for (const name of ["test.csv", "sample_submission.csv"]) {
    const lines = (await readFile(path.join(all, name), "utf8")).split(/(?<=\n)/);
    await writeFile(path.join(folder, name), lines.slice(0, visibleRows + 1).join(""));
  }
  return folder;
}
