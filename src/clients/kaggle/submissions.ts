import { z } from "zod";
import type { Kaggle } from "./open-kaggle.ts";
import {
  enumName,
  everyPage,
  flag,
  list,
  optionalText,
  optionalWhole,
  text,
  whole,
} from "./protobuf-json.ts";

const statuses = ["PENDING", "COMPLETE", "ERROR"] as const;

/** One submission. Scores are texts as Kaggle writes them, null until there is one. */
const submission = z.looseObject({
  ref: whole,
  /** ISO, UTC. */
  date: optionalText,
  /** The message it was submitted with. */
  description: text,
  fileName: text,
  totalBytes: whole,
  status: enumName(statuses),
  errorDescription: optionalText,
  publicScore: optionalText,
  privateScore: optionalText,
  submittedBy: optionalText,
  teamName: optionalText,
  url: optionalText,
});
export type KaggleSubmission = z.output<typeof submission>;

const submissions = z.looseObject({ submissions: list(submission), nextPageToken: text });

/** All of the team's submissions, the newest first; `limit` ends it early. */
export async function listSubmissions(
  kaggle: Kaggle,
  slug: string,
  limit = Infinity,
): Promise<KaggleSubmission[]> {
  let read = 0;
  const all = await everyPage(async (pageToken) => {
    const body = { competitionName: slug, pageSize: 100, ...(pageToken && { pageToken }) };
    const how = { answer: submissions, repeatable: true };
    const page = await kaggle.call("competitions", "ListSubmissions", body, how);
    read += page.submissions.length;
    return { items: page.submissions, next: read >= limit ? "" : page.nextPageToken };
  });
  return all.slice(0, limit);
}

export function getSubmission(kaggle: Kaggle, ref: number): Promise<KaggleSubmission> {
  const how = { answer: submission, repeatable: true };
  return kaggle.call("competitions", "GetSubmission", { ref }, how);
}

const limits = z.looseObject({
  numToday: whole,
  numTotal: whole,
  numAllowedNow: whole,
  limitedByTotal: flag,
});
export type SubmissionLimits = z.output<typeof limits>;

export function getSubmissionLimits(kaggle: Kaggle, slug: string): Promise<SubmissionLimits> {
  const how = { answer: limits, repeatable: true };
  const body = { competitionName: slug };
  return kaggle.call("competitions", "GetSubmissionLimits", body, how);
}

const upload = z.looseObject({ token: z.string().min(1), createUrl: z.string().min(1) });

/** Where to upload the file (see blobs.ts) and the token that names it afterwards. */
export function startSubmissionUpload(
  kaggle: Kaggle,
  slug: string,
  file: { name: string; bytes: number; modified: Date },
): Promise<z.output<typeof upload>> {
  const body = {
    competitionName: slug,
    fileName: file.name,
    contentLength: file.bytes,
    lastModifiedEpochSeconds: Math.floor(file.modified.getTime() / 1000),
  };
  const how = { answer: upload, repeatable: true };
  return kaggle.call("competitions", "StartSubmissionUpload", body, how);
}

/** `ref` is null where Kaggle answered without one: then it only said `message`, and no submission is known. */
const created = z.looseObject({ message: text, ref: optionalWhole });
export type CreatedSubmission = z.output<typeof created>;

/** Spends a slot, so it is sent once. After a KaggleError with the outcome `unknown`, look for it in the list before sending again. */
export function createSubmission(
  kaggle: Kaggle,
  slug: string,
  { token, message }: { token: string; message: string },
): Promise<CreatedSubmission> {
  const body = { competitionName: slug, blobFileTokens: token, submissionDescription: message };
  const how = { answer: created, repeatable: false };
  return kaggle.call("competitions", "CreateSubmission", body, how);
}

export interface CodeSubmission {
  kernelOwner: string;
  kernelSlug: string;
  kernelVersion: number;
  /** The kernel's output that is graded. */
  fileName: string;
  message: string;
}

/** Spends a slot, so it is sent once; as createSubmission. */
export function createCodeSubmission(
  kaggle: Kaggle,
  slug: string,
  { message, ...kernel }: CodeSubmission,
): Promise<CreatedSubmission> {
  const body = { competitionName: slug, ...kernel, submissionDescription: message };
  const how = { answer: created, repeatable: false };
  return kaggle.call("competitions", "CreateCodeSubmission", body, how);
}
