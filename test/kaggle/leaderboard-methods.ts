import { z } from "zod";
import { findCompetition, type Competition } from "./competition.ts";
import { method, type Methods } from "./method.ts";
import { pageOf, pagingFields } from "./paging.ts";
import type { World } from "./world.ts";

export const leaderboardMethods: Methods = {
  "competitions.CompetitionApiService/GetLeaderboard": method(
    { competitionName: z.string().min(1), overridePublic: z.boolean().optional(), ...pagingFields },
    (world, request) => {
      const competition = findCompetition(world, request.competitionName);
      const { items, nextPageToken } = pageOf(leaderboardRows(world, competition), request);
      return { submissions: items, nextPageToken };
    },
  ),
};

/** All teams with a score, the best first. */
function leaderboardRows(world: World, { slug, teams, higherIsBetter, deadline }: Competition) {
  const sign = higherIsBetter ? -1 : 1;
  const byScore = (a: { score: number }, b: { score: number }) => sign * (a.score - b.score);
  const own = world.submissions
    .filter(({ competition, status }) => competition === slug && status === "COMPLETE")
    .map(({ publicScore, date }) => ({ name: world.user, score: Number(publicScore), date }))
    .toSorted(byScore)
    .slice(0, 1);
  const others = teams.map(({ name, score }) => ({ name, score, date: deadline }));
  return [...others, ...own].toSorted(byScore).map(({ name, score, date }, index) => ({
    teamId: index + 1,
    teamName: name,
    submissionDate: date,
    score: score.toFixed(5),
  }));
}
