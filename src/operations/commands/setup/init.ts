import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { backlogFolders } from "../../../backlog/backlog.ts";
import { initBacklog } from "../../../backlog/init-backlog.ts";
import type { Context } from "../../../core/context.ts";
import {
  directions,
  type Project,
  projectSchema,
  splitStrategies,
} from "../../../core/competition/project.ts";
import { nextActionSchema, type NextAction } from "../../../core/errors/next-action.ts";
import { UserError } from "../../../core/errors/user-error.ts";
import { ensureRepository } from "../../../git/ensure-repository.ts";
import { prepareInterpreter } from "../../../python/environment.ts";
import { findUv } from "../../../python/uv.ts";
import { writeAtomic } from "../../../storage/files/atomic-write.ts";
import { formatProject } from "../../../storage/competition/project-text.ts";
import { hasValidationGuess } from "../../../storage/competition/validation-guess.ts";
import { findWorkspaceRoot, paths } from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import {
  createProject,
  dataNames,
  hasData,
  importCompetitionData,
  kaggleRequest,
} from "../../competition/create-project.ts";
import { saveFetched, startFromKaggle } from "../../competition/kaggle-start.ts";
import { ignoreData } from "../../workspace/ignore-data.ts";
import { stampSkill } from "../../workspace/skill-files.ts";
import { applyTemplateFiles, planTemplateFiles } from "../../workspace/template-files.ts";

const input = z.object({
  folder: z.string().default(".").describe("Folder to create the workspace in"),
  competition: projectSchema.shape.competition_name
    .optional()
    .describe(
      "The competition's name, a slug; by default that of the folder in data/input, or this folder's",
    ),
  platform: projectSchema.shape.competition_platform
    .optional()
    .describe("kaggle, local, or any other name (manual submission)"),
  code: z
    .boolean()
    .default(false)
    .describe("A code competition: submitted as a kernel, not a file"),
  train: z.string().optional().describe("Name of the training file"),
  test: z.string().optional().describe("Name of the test file"),
  sampleSubmission: z.string().optional().describe("Name of the sample submission"),
  id: z.string().optional().describe("The id column"),
  target: z.array(z.string()).default([]).describe("A target column; may be repeated"),
  metric: z.string().optional().describe("The metric that decides, for example accuracy"),
  direction: z.enum(directions).optional().describe("Whether higher or lower is better"),
  strategy: z.enum(splitStrategies).optional().describe("The cross-validation strategy"),
  folds: z.int().min(2).max(100).default(5).describe("Number of folds"),
  repeats: z
    .int()
    .min(2)
    .max(100)
    .optional()
    .describe("How often a Repeated strategy splits the rows anew (2)"),
  seed: z.int().min(0).default(42).describe("Seed of the folds"),
  group: z.string().optional().describe("Group column: its values are not split across folds"),
  time: z.string().optional().describe("Column that orders the rows in time"),
  url: z.string().default("").describe("The competition's page"),
  deadline: z.string().default("").describe("Last day to submit"),
  fetch: z
    .boolean()
    .default(true)
    .describe("Take a Kaggle competition's settings and documents from Kaggle"),
  download: z.boolean().default(false).describe("Download a Kaggle competition's data too"),
  sync: z.boolean().default(true).describe("Make the Python environment now (uv sync)"),
  git: z.boolean().default(true).describe("Make a git repository where there is none"),
});
type Input = z.output<typeof input>;

const output = z.object({
  root: z.string(),
  competition: z.string(),
  /** `created`, or `kept` where project.yml was there before. */
  project: z.enum(["created", "kept"]),
  found: z.array(z.string()),
  files: z.array(
    z.object({
      path: z.string(),
      action: z.enum(["created", "same", "kept", "extended"]),
      note: z.string().nullable(),
    }),
  ),
  backlog: z.enum(["created", "kept"]),
  git: z.enum(["made", "found", "missing", "skipped"]),
  /** The interpreter's version; null where the environment was not made. */
  python: z.string().nullable(),
  next: z.array(nextActionSchema),
});

export const init = defineOperation({
  description:
    "Makes a competition workspace: project.yml, Python environment, experiment template, Backlog.md project, Taskfile. Works in an empty folder, beside data that is already there and in an existing repository; run again it adds what is missing and keeps what you changed.",
  whenToUse:
    "Use it in a competition's folder that is no workspace yet, or when files of the workspace are missing.",
  input,
  output,
  effect: "write",
  idempotent: true,
  positionals: ["folder"],
  completions: { folder: "folder" },
  examples: [
    {
      command: "init --metric accuracy",
      summary: "here, reading train.csv, test.csv and sample_submission.csv",
    },
    {
      command: "init titanic --competition titanic --download",
      summary: "a Kaggle competition: settings, documents and data from there",
    },
    {
      command: "init --metric rmse --target price --time sold_on",
      summary: "rows ordered in time",
    },
  ],
  run: makeWorkspace,
});

async function makeWorkspace(context: Context, request: Input): Promise<z.output<typeof output>> {
  const root = path.resolve(context.cwd, request.folder);
  refuseNested(root);
  const kaggle = await startFromKaggle(context, root, await kaggleRequest(root, request));
  const { project, found, guess, action } = await createProject(context, root, request, kaggle);

  const changes = await planTemplateFiles(root, { competition: project.competition_name });
  // First of all: from then on what is written has a place of its own until it is whole.
  await mkdir(paths.crossfold({ root }), { recursive: true });
  if (action === "created")
    await writeAtomic(path.join(root, "project.yml"), formatProject(project, { guess }));
  const files = await applyTemplateFiles(root, changes);
  await stampSkill(root);
  const linked = await importCompetitionData(root, project);
  const git = request.git ? await ensureRepository(root) : "skipped";
  const ignored = await ignoreData(root, dataNames(project));
  const backlog = hasBacklog(root) ? "kept" : "created";
  await initBacklog(root, project.competition_name);
  const fetched = await saveFetched(context, { root, project }, kaggle);
  const python = request.sync ? await makeEnvironment(context, root) : null;
  return {
    root,
    competition: project.competition_name,
    project: action,
    found: [...found, ...linked, ...ignored, ...fetched],
    files,
    backlog,
    git,
    python,
    next: await nextSteps(context, project, root, python),
  };
}

/** From inside a nested workspace, neither a command nor its user could tell which one is meant. */
function refuseNested(root: string): void {
  const above = findWorkspaceRoot(root);
  if (above === undefined || above === root) return;
  throw new UserError({
    code: "nested-workspace",
    message: `${root} lies inside the workspace ${above}`,
    next: `cd ${above}, or choose a folder outside it`,
    exitCode: 2,
  });
}

function hasBacklog(root: string): boolean {
  return backlogFolders.some((folder) => existsSync(path.join(root, folder, "config.yml")));
}

/** The environment is a convenience here: without uv, or where uv fails, the files stand and `next` says what to do. */
async function makeEnvironment(context: Context, root: string): Promise<string | null> {
  if (context.env.CROSSFOLD_PYTHON === undefined && (await findUv(context.env)) === undefined) {
    return null;
  }
  try {
    return (await prepareInterpreter(context, root)).version;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    context.progress.step(error.message);
    return null;
  }
}

async function nextSteps(
  context: Context,
  project: Project,
  root: string,
  python: string | null,
): Promise<NextAction[]> {
  const steps: NextAction[] =
    root === path.resolve(context.cwd) ? [] : [`cd ${path.relative(context.cwd, root)}`];
  if (python === null) {
    steps.push(
      (await findUv(context.env)) === undefined
        ? { operation: "doctor", input: { fix: true }, why: "gets uv, for the Python environment" }
        : "uv sync",
    );
  }
  if (project.competition_platform === "kaggle" && !(await hasData(root, project)))
    steps.push({
      operation: "data download",
      input: {},
      why: "the competition's files are not here yet",
    });
  const { id, target } = project.data;
  if (id === undefined || target === undefined)
    steps.push("set data.id and data.target in project.yml");
  if (await hasValidationGuess(root))
    steps.push({
      operation: "split",
      input: { write: true },
      why: "decides the validation from the data",
    });
  return [
    ...steps,
    { operation: "new", input: {}, why: "the first experiment, from the template" },
    {
      operation: "train",
      input: { experiment: "exp001", on: "local" },
      why: "a first honest score",
    },
  ];
}
