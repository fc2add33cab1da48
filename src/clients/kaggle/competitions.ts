import { z } from "zod";
import type { Kaggle } from "./open-kaggle.ts";
import {
  everyPage,
  flag,
  list,
  optionalText,
  optionalWhole,
  text,
  whole,
} from "./protobuf-json.ts";

/** Fields of competitions.ApiCompetition that are used here. Times are ISO texts in UTC. */
const competition = z.looseObject({
  id: whole,
  /** Slug, or the address that ends in it. */
  ref: text,
  title: text,
  url: optionalText,
  category: optionalText,
  deadline: optionalText,
  maxDailySubmissions: optionalWhole,
  maxTeamSize: optionalWhole,
  evaluationMetric: optionalText,
  isKernelsSubmissionsOnly: flag,
  submissionsDisabled: flag,
  userHasEntered: flag,
});
export type Competition = z.output<typeof competition>;

export function getCompetition(kaggle: Kaggle, slug: string): Promise<Competition> {
  const how = { answer: competition, repeatable: true };
  return kaggle.call("competitions", "GetCompetition", { competitionName: slug }, how);
}

const page = z.looseObject({
  /** `description`, `evaluation`, `rules`, `data-description`, `prizes`, ... */
  name: text,
  /** HTML or Markdown. */
  content: text,
  postTitle: optionalText,
  mimeType: optionalText,
});
export type CompetitionPage = z.output<typeof page>;

export async function listPages(kaggle: Kaggle, slug: string): Promise<CompetitionPage[]> {
  const how = { answer: z.looseObject({ pages: list(page) }), repeatable: true };
  const body = { competitionName: slug };
  return (await kaggle.call("competitions", "ListCompetitionPages", body, how)).pages;
}

const dataFile = z.looseObject({
  /** May hold `/`. */
  name: text,
  /** As Kaggle states it, unpacked; 0 where it does not. */
  totalBytes: whole,
  creationDate: optionalText,
});
export type DataFile = z.output<typeof dataFile>;

const dataFiles = z.looseObject({ files: list(dataFile), nextPageToken: text });

export function listDataFiles(kaggle: Kaggle, slug: string): Promise<DataFile[]> {
  return everyPage(async (pageToken) => {
    const body = { competitionName: slug, pageSize: 200, ...(pageToken && { pageToken }) };
    const how = { answer: dataFiles, repeatable: true };
    const { files, nextPageToken } = await kaggle.call("competitions", "ListDataFiles", body, how);
    return { items: files, next: nextPageToken };
  });
}
