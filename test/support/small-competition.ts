import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { crossfold, makeTempFolder } from "./cli.ts";
import { plainPython } from "./run-workspace.ts";
import { repository, toolEnv } from "./tools.ts";

const rows = Array.from({ length: 50 }, (_, index) => ({
  id: index + 1,
  x: ((index * 37) % 50) / 50,
}));
const answer = (x: number) => (x > 0.5 ? 1 : 0);

function lines(header: string, line: (row: (typeof rows)[number]) => string): string {
  return `${[header, ...rows.map(line)].join("\n")}\n`;
}

interface SmallCompetition {
  root: string;
  env: NodeJS.ProcessEnv;
}

/**
 * A whole competition on platform local, made by `init`, whose template trains in a moment with the standard library:
 * one threshold, 0.9 as it comes, that scores best at 0.5.
 */
export async function makeSmallCompetition(): Promise<SmallCompetition> {
  const made = await makeShippedCompetition(await plainPython());
  const template = path.join(made.root, "templates", "models");
  await rm(template, { recursive: true });
  const source = path.join(repository, "test", "fixtures", "small-template");
  await cp(source, template, { recursive: true });
  return made;
}

/** The same competition with the template that Crossfold ships, for a Python that has its packages. */
export async function makeShippedCompetition(python: string): Promise<SmallCompetition> {
  const root = await makeTempFolder();
  const env = toolEnv({ CROSSFOLD_PYTHON: python });
  await mkdir(path.join(root, "data", "grading"), { recursive: true });
  await writeFile(
    path.join(root, "train.csv"),
    lines("id,x,y", ({ id, x }) => `${id},${x},${answer(x)}`),
  );
  await writeFile(
    path.join(root, "test.csv"),
    lines("id,x", ({ id, x }) => `${id},${x}`),
  );
  await writeFile(
    path.join(root, "sample_submission.csv"),
    lines("id,y", ({ id }) => `${id},0`),
  );
  await writeFile(
    path.join(root, "data", "grading", "solution.csv"),
    lines("id,y,Usage", ({ id, x }) => `${id},${answer(x)},${id % 2 ? "Public" : "Private"}`),
  );
  const flags = ["--competition", "small", "--metric", "accuracy", "--no-sync"];
  const { exitCode, stderr } = await crossfold(["init", ...flags], { cwd: root, env });
  if (exitCode !== 0) throw new Error(`init failed: ${stderr}`);
  return { root, env };
}
