import { z } from "zod";
import {
  dataArchive,
  dataFile,
  findCompetition,
  requireRulesForDownload,
  type Competition,
} from "./competition.ts";
import { listFolderFiles } from "./folder-files.ts";
import { method, type Methods } from "./method.ts";
import { pageOf, pagingFields } from "./paging.ts";
import { redirectReply } from "./reply.ts";
import type { World } from "./world.ts";

const service = "competitions.CompetitionApiService";
const competitionName = z.string().min(1);

export const competitionMethods: Methods = {
  [`${service}/ListCompetitions`]: method(
    {
      group: z.enum(["COMPETITION_LIST_TAB_ENTERED", "COMPETITION_LIST_TAB_EVERYTHING"]).optional(),
      category: z.string().optional(),
      sortBy: z.string().optional(),
      search: z.string().optional(),
      page: z.int().optional(),
      ...pagingFields,
    },
    (world, request) => {
      const wanted = [...world.competitions.values()].filter(
        ({ slug, title }) =>
          `${slug} ${title}`.includes(request.search ?? "") || request.search === slug,
      );
      const { items, nextPageToken } = pageOf(wanted, request);
      return { competitions: items.map((item) => describe(world, item)), nextPageToken };
    },
  ),
  [`${service}/GetCompetition`]: method({ competitionName }, (world, request) =>
    describe(world, findCompetition(world, request.competitionName)),
  ),
  [`${service}/ListCompetitionPages`]: method(
    { competitionName, pageName: z.string().optional() },
    (world, request) => {
      const { pages } = findCompetition(world, request.competitionName);
      const wanted = pages.filter(
        ({ name }) => request.pageName === undefined || name === request.pageName,
      );
      return {
        pages: wanted.map(({ name, content, mimeType = "text/markdown" }) => ({
          name,
          content,
          mimeType,
          isPublished: true,
        })),
      };
    },
  ),
  [`${service}/ListDataFiles`]: method(
    { competitionName, ...pagingFields },
    async (world, request) => {
      const competition = findCompetition(world, request.competitionName);
      const { items, nextPageToken } = pageOf(await listFolderFiles(competition.files), request);
      const files = items.map(({ name, size, modified }) => ({
        ref: name,
        name,
        totalBytes: size,
        creationDate: modified,
      }));
      return { files, nextPageToken, childrenFetchTimeMs: 3 };
    },
  ),
  [`${service}/DownloadDataFile`]: method(
    { competitionName, fileName: z.string().min(1) },
    async (world, request) => {
      const competition = findCompetition(world, request.competitionName);
      requireRulesForDownload(competition);
      return {
        reply: redirectReply(world.urls.sign(await dataFile(competition, request.fileName))),
      };
    },
  ),
  [`${service}/DownloadDataFiles`]: method({ competitionName }, async (world, request) => {
    const competition = findCompetition(world, request.competitionName);
    requireRulesForDownload(competition);
    return { reply: redirectReply(world.urls.sign(await dataArchive(competition))) };
  }),
};

function describe(world: World, competition: Competition) {
  const { id, slug, title, deadline, maxDailySubmissions, evaluationMetric } = competition;
  const { isKernelsSubmissionsOnly, submissionsDisabled, rulesAccepted, teams } = competition;
  const url = `https://www.kaggle.com/competitions/${slug}`;
  return {
    id,
    // The site's own answers carry the whole address here.
    ref: url,
    url,
    title,
    description: competition.pages
      .find(({ name }) => name === "description")
      ?.content.slice(0, 100),
    organizationName: "Kaggle",
    category: "Playground",
    reward: "Kudos",
    deadline,
    teamCount: teams.length + 1,
    userHasEntered: rulesAccepted,
    mergerDeadline: deadline,
    newEntrantDeadline: deadline,
    enabledDate: new Date(world.now().getTime() - 30 * 24 * 3600 * 1000),
    maxDailySubmissions,
    maxTeamSize: 5,
    evaluationMetric,
    isKernelsSubmissionsOnly,
    submissionsDisabled,
  };
}
