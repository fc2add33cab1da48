import { z } from "zod";
import { findCompetition, type Competition } from "./competition.ts";
import { method, type Methods } from "./method.ts";
import { pageOf, pagingFields } from "./paging.ts";
import { Refusal } from "./reply.ts";
import { addSubmission, isOver, lookAt, submissionsToday } from "./submission.ts";
import type { World } from "./world.ts";

const service = "competitions.CompetitionApiService";
const competitionName = z.string().min(1);

export const submissionMethods: Methods = {
  [`${service}/StartSubmissionUpload`]: method(
    {
      competitionName: competitionName.optional(),
      contentLength: z.int().min(1),
      lastModifiedEpochSeconds: z.int(),
      fileName: z.string().min(1),
    },
    (world, request) => {
      if (request.competitionName !== undefined) participate(world, request.competitionName);
      return world.blobs.start(request.fileName, request.contentLength);
    },
  ),
  [`${service}/CreateSubmission`]: method(
    {
      competitionName,
      blobFileTokens: z.string().min(1),
      submissionDescription: z.string().optional(),
      sandbox: z.boolean().optional(),
    },
    (world, request) => {
      const competition = participate(world, request.competitionName);
      if (competition.isKernelsSubmissionsOnly) {
        refuseSubmission("This competition only accepts Submissions from Notebooks.");
      }
      const blob = world.blobs.take(request.blobFileTokens);
      requireOpen(world, competition);
      const what = { fileName: blob.name, description: request.submissionDescription ?? "" };
      const { ref } = addSubmission(world, competition, what, async () => blob.received);
      return { message: `Successfully submitted to ${competition.title}`, ref };
    },
  ),
  [`${service}/GetSubmission`]: method({ ref: z.int() }, (world, request) => {
    const submission = world.submissions.find(({ ref }) => ref === request.ref);
    if (submission === undefined) throw new Refusal(404, "Submission not found");
    return lookAt(world, submission);
  }),
  [`${service}/ListSubmissions`]: method(
    {
      competitionName,
      sortBy: z
        .enum([
          "SUBMISSION_SORT_BY_DATE",
          "SUBMISSION_SORT_BY_NAME",
          "SUBMISSION_SORT_BY_PRIVATE_SCORE",
          "SUBMISSION_SORT_BY_PUBLIC_SCORE",
        ])
        .optional(),
      group: z
        .enum(["SUBMISSION_GROUP_ALL", "SUBMISSION_GROUP_SUCCESSFUL", "SUBMISSION_GROUP_SELECTED"])
        .optional(),
      page: z.int().optional(),
      ...pagingFields,
    },
    (world, request) => {
      const { slug } = participate(world, request.competitionName);
      const newestFirst = world.submissions
        .filter(({ competition }) => competition === slug)
        .toReversed();
      const { items, nextPageToken } = pageOf(newestFirst, request);
      return { submissions: items.map((submission) => lookAt(world, submission)), nextPageToken };
    },
  ),
  [`${service}/GetSubmissionLimits`]: method({ competitionName }, (world, request) => {
    const { slug, maxDailySubmissions } = participate(world, request.competitionName);
    const numToday = submissionsToday(world, slug);
    const numTotal = world.submissions.filter(({ competition }) => competition === slug).length;
    return { numToday, numTotal, numAllowedNow: Math.max(0, maxDailySubmissions - numToday) };
  }),
};

/** The competition, for a user who takes part in it. */
export function participate(world: World, slug: string): Competition {
  const competition = findCompetition(world, slug, "competitions.participate");
  if (competition.rulesAccepted) return competition;
  throw new Refusal(403, "Permission 'competitions.participate' was denied");
}

/** Refuses a submission to a closed competition, or one more than a day has. */
export function requireOpen(world: World, competition: Competition): void {
  const { slug, maxDailySubmissions, submissionsDisabled } = competition;
  if (submissionsDisabled || isOver(world, slug)) {
    refuseSubmission("Submissions have been disabled for this competition.");
  }
  if (submissionsToday(world, slug) < maxDailySubmissions) return;
  const now = world.now();
  const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1);
  const hours = ((midnight - now.getTime()) / 3_600_000).toFixed(1);
  refuseSubmission(
    `Your team has used its daily Submission allowance (${maxDailySubmissions}) today, ` +
      `please try again tomorrow UTC (${hours} hours from now).`,
  );
}

export function refuseSubmission(reason: string): never {
  // The two spaces are Kaggle's.
  throw new Refusal(400, `Submission not allowed:  ${reason}`);
}
