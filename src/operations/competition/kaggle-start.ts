import { mkdir } from "node:fs/promises";
import type { Ask, Context } from "../../core/context.ts";
import { counted } from "../../core/text/counted.ts";
import { readKaggleMetric } from "../../core/competition/kaggle-metric.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { explainRefusal } from "../../clients/kaggle/competition-refusal.ts";
import { type Competition, getCompetition } from "../../clients/kaggle/competitions.ts";
import { findCredentials } from "../../clients/kaggle/credentials.ts";
import { workspaceEnv } from "../../storage/workspace/workspace-env.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import { downloadData } from "./download-data.ts";
import { fetchDocs } from "./fetch-docs.ts";
import { openWorkspaceKaggle } from "./open-workspace-kaggle.ts";
import type { GivenSettings } from "./competition-settings.ts";

export interface KaggleRequest {
  slug: string;
  download: boolean;
  /** Without a metric, Kaggle has to be asked for it. */
  metricKnown: boolean;
}

/** What Kaggle said; `competition` is undefined where it could not be asked, and the message says why. */
export interface KaggleStart {
  slug: string;
  competition: Competition | undefined;
  summary: string[];
}

/**
 * Asks Kaggle about the competition, and downloads its data where that is asked for. Throws a UserError where that fails and
 * the workspace cannot be made without it.
 */
export async function startFromKaggle(
  context: Context,
  root: string,
  request: KaggleRequest | undefined,
): Promise<KaggleStart | undefined> {
  if (request === undefined) return undefined;
  const { slug, download, metricKnown } = request;
  const known = await findCredentials(await workspaceEnv(context, root));
  if (known === undefined && !download) {
    const later =
      "Kaggle was not asked: no credentials were found; crossfold docs fetch does it later";
    return { slug, competition: undefined, summary: [later] };
  }
  try {
    const kaggle = await openWorkspaceKaggle(context, root);
    context.progress.step(`asking Kaggle about ${slug}`);
    const competition = await getCompetition(kaggle, slug);
    if (download) await downloadCompetition(context, root, slug);
    return { slug, competition, summary: [] };
  } catch (error) {
    const explained = explainRefusal(error, slug);
    const needed = download || (!metricKnown && context.ask === undefined);
    if (needed || !(explained instanceof UserError)) throw explained;
    return {
      slug,
      competition: undefined,
      summary: [`Kaggle was not asked: ${explained.message}`],
    };
  }
}

async function downloadCompetition(context: Context, root: string, slug: string): Promise<void> {
  await mkdir(root, { recursive: true });
  await downloadData(context, { root, slug }, { files: [], overwrite: false });
}

/**
 * The settings with Kaggle's metric where none was given. Throws a UserError where Crossfold does not know it and
 * there is no terminal to ask on.
 */
export function withKaggle(
  given: GivenSettings,
  start: KaggleStart | undefined,
  ask: Ask | undefined,
): GivenSettings {
  const name = start?.competition?.evaluationMetric ?? null;
  if (given.metric !== undefined || name === null) return given;
  const metric = readKaggleMetric(name);
  if (metric !== undefined)
    return { ...given, metric: metric.name, direction: given.direction ?? metric.direction };
  if (ask !== undefined) return given;
  throw new UserError({
    code: "metric-unknown",
    message: `Kaggle's metric "${name}" is not one that Crossfold knows`,
    expected: "a name for it, which train.py then computes, and its direction",
    next: {
      operation: "init",
      input: { competition: start!.slug, metric: "my_metric", direction: "maximize" },
      why: "under a name of your own, with its direction",
    },
    exitCode: 2,
  });
}

/** Saves the documents and the rest of the settings; a line on what came. The workspace stands without them. */
export async function saveFetched(
  context: Context,
  ws: Workspace,
  start: KaggleStart | undefined,
): Promise<string[]> {
  if (start === undefined) return [];
  if (start.competition === undefined || start.slug !== ws.project.competition_name)
    return start.summary;
  try {
    const { docs, settings, notes } = await fetchDocs(context, ws, { overwrite: false });
    const set = settings.filter(({ status }) => status === "set" || status === "changed");
    const values = set
      .filter(({ key }) => !key.endsWith(".url"))
      .map(({ key, fetched }) => `${key.split(".").at(-1)} ${fetched}`);
    const line = [counted(docs.length, "document"), ...values].join(", ");
    return [...start.summary, `from Kaggle: ${line}`, ...notes];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [...start.summary, `Kaggle's pages were not fetched: ${error.message}`];
  }
}
