import { copyFile, cp, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { availableParallelism, hostname } from "node:os";
import path from "node:path";
import type { Context } from "../../core/context.ts";
import { makeRunId } from "../../core/run/run-id.ts";
import type { RunSpec } from "../../core/run/run-spec.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { mask } from "../../core/secrets/mask.ts";
import type { RunSecrets } from "../../core/secrets/run-secrets.ts";
import { maskArguments } from "../../core/secrets/secret-arguments.ts";
import { longestFirst } from "../../core/secrets/spellings.ts";
import { workspaceSecrets } from "../../storage/workspace/workspace-secrets.ts";
import { readGitState, writeDirtyPatch } from "../../git/snapshot.ts";
import { type Interpreter, prepareInterpreter } from "../../python/environment.ts";
import { hashCompetitionData } from "../../storage/competition/data-hashes.ts";
import { keepOwnMetric } from "../../storage/competition/own-metric-file.ts";
import { hashFile, hashFolder } from "../../storage/files/hashes.ts";
import { layOutWorkspace } from "../../storage/run/lay-out.ts";
import { artifactsAtWork } from "../../storage/run/run-artifacts.ts";
import { secretReason } from "../../storage/experiment/secret-file.ts";
import { listSharedCode } from "../../storage/experiment/shared-code.ts";
import { listKnownFiles } from "../../git/list-files.ts";
import { recordFiles, runFolder } from "../../storage/run/run-record.ts";
import { nextRunSequence } from "../../storage/run/run-sequence.ts";
import { sweepRunParts } from "../../storage/run/run-parts.ts";
import { writeAtomic } from "../../storage/files/atomic-write.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import { useArtifacts } from "./use-artifacts.ts";
import { packRun } from "./pack-run.ts";
import type { RunRequest } from "./run-request.ts";

/** A run whose record is written but not yet in its place. */
export interface PreparedRun {
  /** With the script's arguments as they were given; in the record their secrets are masked. */
  spec: RunSpec;
  /** What the record does not have. */
  secrets: RunSecrets;
  /** Puts the record in its place, whole, and gives its folder. */
  commit(): Promise<string>;
  discard(): Promise<void>;
}

/** What is known of the compute target before the run is prepared. */
export interface TargetedRun {
  remote: boolean;
  /** Kept in the record of a remote run. */
  target: Record<string, unknown>;
}

/** Where the script's environment is made, its Python is found. */
const remotePython: Interpreter = { file: "python", version: "" };

/** Writes a run's record: code as it is now, the difference to the commit, spec.json. Starts nothing. */
export async function prepareRun(
  context: Context,
  ws: Workspace,
  request: RunRequest,
  targeted: TargetedRun,
): Promise<PreparedRun> {
  refuseMasked(request.args);
  const known = await workspaceSecrets(ws.root, context.env);
  const masked = maskArguments(request.args, known);
  const python = targeted.remote ? remotePython : await prepareInterpreter(context, ws.root);
  const at = context.now();
  const subject = request.kind === "train" ? request.experiment! : scriptName(request.script);
  const id = makeRunId(at, subject, context.randomId(4));
  await sweepRunParts(ws, at);
  const part = paths.runPart(ws, id);
  try {
    const secrets = await copyCode(ws, request, path.join(part, recordFiles.code));
    const git = await readGitState(ws.root);
    if (git?.dirty) await writeDirtyPatch(ws.root, path.join(part, recordFiles.patch));
    await writeFile(path.join(part, recordFiles.log), "");
    await copyFile(path.join(ws.root, "project.yml"), path.join(part, recordFiles.project));
    if (request.kind === "train")
      await keepOwnMetric(ws, path.join(part, recordFiles.metricSource));
    const uses = targeted.remote ? undefined : await giveArtifacts(context, ws, request, part);
    if (targeted.remote) await packRun(context, ws, request, part);
    else if (request.experiment !== null) await layOut(ws, request.experiment, part, secrets);
    const facts = { id, at, python, git, part, targeted, uses };
    const spec = await describeRun(context, ws, request, facts);
    const shown = { ...spec, args: masked.shown, command: maskedCommand(spec, masked.shown) };
    await writeAtomic(path.join(part, recordFiles.spec), JSON.stringify(shown, null, 2) + "\n");
    const isMasked = spec.args.some((arg, place) => arg !== masked.shown[place]);
    const values = longestFirst([...known, ...masked.secrets]);
    return preparedRun(ws, spec, { command: isMasked ? spec.command : undefined, values }, part);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw error;
  }
}

/** The arguments are the end of the command. */
function maskedCommand({ command, args }: RunSpec, shown: readonly string[]): string[] {
  return [...command.slice(0, command.length - args.length), ...shown];
}

/** An argument copied from a record is no secret, and would reach the script in the place of one. */
function refuseMasked(args: readonly string[]): void {
  const given = args.find((arg) => arg === mask || arg.endsWith(`=${mask}`));
  if (given === undefined) return;
  throw new UserError({
    code: "masked-argument",
    message: `the argument ${given} is a secret that was masked in a run's record`,
    expected: "the secret itself: records never hold it",
    next: "give it anew, or put it into .env, where the script finds it as a variable",
    exitCode: 2,
  });
}

function preparedRun(ws: Workspace, spec: RunSpec, secrets: RunSecrets, part: string): PreparedRun {
  const folder = runFolder(ws, spec.id);
  return {
    spec,
    secrets,
    commit: async () => {
      await rename(part, folder);
      return folder;
    },
    discard: () => rm(part, { recursive: true, force: true }),
  };
}

function scriptName(script: string): string {
  return path.basename(script, path.extname(script));
}

interface Facts {
  id: string;
  at: Date;
  python: Interpreter;
  git: RunSpec["git"];
  part: string;
  targeted: TargetedRun;
  uses: string | null | undefined;
}

async function describeRun(
  context: Context,
  ws: Workspace,
  request: RunRequest,
  { id, at, python, git, part, targeted, uses }: Facts,
): Promise<RunSpec> {
  return {
    schema: 1,
    id,
    kind: request.kind,
    experiment: request.experiment,
    script: request.script,
    args: request.args,
    debug: request.debug,
    backend: request.backend,
    ...(targeted.remote ? { target: targeted.target } : {}),
    command: [python.file, "-u", request.script, ...request.args],
    created: at.toISOString(),
    sequence: await nextRunSequence(ws),
    git,
    hashes: {
      code: await hashFolder(path.join(part, recordFiles.code)),
      lock: await hashFile(path.join(ws.root, "uv.lock")).catch(() => null),
      project: await hashFile(path.join(part, recordFiles.project)),
      data: request.scriptFile === undefined ? await hashInputs(context, ws) : {},
    },
    ...(uses === undefined ? {} : { uses }),
    python: python.version,
    host: { name: hostname(), platform: process.platform, cpus: availableParallelism() },
  };
}

async function hashInputs(context: Context, ws: Workspace): Promise<Record<string, string>> {
  const slow = setTimeout(() => context.progress.step("hashing the data files"), 800);
  return hashCompetitionData(ws).finally(() => clearTimeout(slow));
}

/**
 * The script of an experiment runs in a workspace of its own; any other is there to change the one it lies in. Its
 * `secrets` are links there: what a script reads, the record does not hold.
 */
async function layOut(
  ws: Workspace,
  experiment: string,
  record: string,
  secrets: readonly string[],
): Promise<void> {
  const copied = [];
  for (const name of await listSharedCode(ws.root, await listKnownFiles(ws.root)))
    if ((await secretReason(path.join(ws.root, name))) === undefined) copied.push(name);
  const folder = path.relative(ws.root, paths.experiment(ws, experiment));
  await layOutWorkspace({ root: ws.root, record, folder, copied, linked: secrets });
}

/**
 * Gives a script of an experiment, inference.py for one, the artifacts of the run whose score is the experiment's, and
 * says which. Undefined for a training, which finds none.
 */
async function giveArtifacts(
  context: Context,
  ws: Workspace,
  { kind, experiment }: RunRequest,
  record: string,
): Promise<string | null | undefined> {
  if (kind === "train" || experiment === null) return undefined;
  return useArtifacts(context, ws, experiment, artifactsAtWork(record, experiment));
}

/** What is made by running is no part of the code. */
const notCode = /^(artifacts|__pycache__|\.venv|\.ipynb_checkpoints|\..*_cache)$/;

/** Copies the code, and gives the files that were left out as secrets, relative to the experiment. */
async function copyCode(ws: Workspace, request: RunRequest, target: string): Promise<string[]> {
  await mkdir(target, { recursive: true });
  const source = request.scriptFile ?? path.join(ws.root, request.script);
  if (request.experiment === null) {
    await cp(source, path.join(target, path.basename(source)));
    return [];
  }
  const folder = paths.experiment(ws, request.experiment);
  const secrets: string[] = [];
  const filter = async (file: string): Promise<boolean> => {
    if (file === folder) return true;
    if (notCode.test(path.basename(file))) return false;
    if ((await secretReason(file)) === undefined) return true;
    secrets.push(path.relative(folder, file));
    return false;
  };
  await cp(folder, target, { recursive: true, verbatimSymlinks: true, filter });
  return secrets;
}
