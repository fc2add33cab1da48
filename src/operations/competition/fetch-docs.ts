import { z } from "zod";
import { competitionPage } from "../../clients/kaggle/addresses.ts";
import { explainRefusal } from "../../clients/kaggle/competition-refusal.ts";
import { getCompetition, listPages } from "../../clients/kaggle/competitions.ts";
import type { Context } from "../../core/context.ts";
import { readFetched, writeFetched } from "../../storage/competition/fetched-record.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import { withWorkspaceLock } from "../../storage/workspace/workspace-lock.ts";
import { kaggleSettings } from "./kaggle-settings.ts";
import { settingSchema, mergeSettings } from "./merge-settings.ts";
import { onKaggle, requireKaggle } from "./on-kaggle.ts";
import { openWorkspaceKaggle } from "./open-workspace-kaggle.ts";
import { savePages, savedPageSchema } from "./save-pages.ts";

/** What came of fetching a competition's pages. */
export const fetchedDocsSchema = z.object({
  competition: z.string(),
  title: z.string(),
  docs: z.array(savedPageSchema),
  /** What Kaggle says for project.yml; empty for another competition than the workspace's. */
  settings: z.array(settingSchema),
  /** What a person should know or do. */
  notes: z.array(z.string()),
});

/** Fetches the pages and settings of a competition on Kaggle into an open workspace. */
export async function fetchDocs(
  context: Context,
  ws: Workspace,
  { competition: named, overwrite }: { competition?: string | undefined; overwrite: boolean },
): Promise<z.output<typeof fetchedDocsSchema>> {
  const slug = named ?? ws.project.competition_name;
  const own = slug === ws.project.competition_name && onKaggle(ws);
  if (named === undefined) requireKaggle(ws);
  const kaggle = await openWorkspaceKaggle(context, ws.root);
  context.progress.step(`fetching the pages of ${slug}`);
  const [competition, pages] = await Promise.all([
    getCompetition(kaggle, slug),
    listPages(kaggle, slug),
  ]).catch((error) => Promise.reject(explainRefusal(error, slug)));
  return withWorkspaceLock(ws, "kaggle", async () => {
    const record = await readFetched(ws.root, slug);
    const fetched = own ? kaggleSettings(slug, competition) : [];
    const settings = await mergeSettings(ws.root, fetched, record);
    record.settings = Object.fromEntries(fetched.map(({ path, value }) => [path.join("."), value]));
    const saving = { root: ws.root, slug, now: context.now(), overwrite, record };
    const docs = await savePages(saving, pages);
    await writeFetched(ws.root, slug, record);
    const metric = competition.evaluationMetric;
    const unknown = own && metric !== null && !fetched.some(({ path }) => path[0] === "metric");
    return {
      competition: slug,
      title: competition.title,
      docs,
      settings,
      notes: [
        ...(unknown
          ? [
              `Kaggle's metric "${metric}" is not one that Crossfold knows; metric in project.yml stays as it is`,
            ]
          : []),
        ...(competition.userHasEntered
          ? []
          : [`you have not joined yet: accept the rules at ${competitionPage(slug, "rules")}`]),
        ...(docs.length === 0 ? ["Kaggle returned no pages"] : []),
      ],
    };
  });
}
