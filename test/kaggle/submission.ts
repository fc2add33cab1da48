import { setTimeout as sleep } from "node:timers/promises";
import type { Competition } from "./competition.ts";
import type { World } from "./world.ts";

export interface Submission {
  ref: number;
  competition: string;
  fileName: string;
  description: string;
  date: Date;
  totalBytes: number;
  /** Reference of the notebook's version, for a code competition. */
  kernel?: string;
  status: "PENDING" | "COMPLETE" | "ERROR";
  publicScore: string;
  privateScore: string;
  errorDescription: string;
  /** How many more times it is shown as pending although it is graded. */
  pollsLeft: number;
}

/** Takes a submission in and grades it behind its back; `file` throws what is shown as its error. */
export function addSubmission(
  world: World,
  competition: Competition,
  what: { fileName: string; description: string; kernel?: string },
  file: () => Promise<Buffer>,
): Submission {
  const submission: Submission = {
    ref: world.nextId(),
    competition: competition.slug,
    date: world.now(),
    totalBytes: 0,
    status: "PENDING",
    publicScore: "",
    privateScore: "",
    errorDescription: "",
    pollsLeft: competition.pendingPolls,
    ...what,
  };
  world.submissions.push(submission);
  world.background(grade(world, submission, competition, file));
  return submission;
}

async function grade(
  world: World,
  submission: Submission,
  { score, gradingMs }: Competition,
  file: () => Promise<Buffer>,
): Promise<void> {
  const closed = new AbortController();
  world.onClose(() => closed.abort());
  try {
    await sleep(gradingMs, undefined, { signal: closed.signal });
    const bytes = await file();
    submission.totalBytes = bytes.length;
    const result = await score(bytes);
    submission.publicScore = result.public.toFixed(5);
    submission.privateScore = result.private.toFixed(5);
    submission.status = "COMPLETE";
  } catch (error) {
    submission.errorDescription = (error as Error).message;
    submission.status = "ERROR";
  }
}

/** What a call shows of a submission; each look counts as a poll. */
export function lookAt(world: World, submission: Submission) {
  const pending = submission.status === "PENDING" || submission.pollsLeft > 0;
  submission.pollsLeft = Math.max(0, submission.pollsLeft - 1);
  const { ref, fileName, description, date, totalBytes } = submission;
  const known = {
    ref,
    fileName,
    description,
    date,
    totalBytes,
    submittedBy: world.user,
    submittedByRef: world.user,
    teamName: world.user,
    url: `https://www.kaggle.com/submissions/${ref}/${ref}.raw`,
  };
  if (pending) return { ...known, status: "PENDING" };
  const ended = isOver(world, submission.competition);
  const { status, publicScore, errorDescription } = submission;
  const privateScore = ended ? submission.privateScore : "";
  return { ...known, status, publicScore, privateScore, errorDescription };
}

export function isOver(world: World, slug: string): boolean {
  const competition = world.competitions.get(slug);
  return competition !== undefined && competition.deadline < world.now();
}

/** Submissions that count against today's allowance (a day is one of UTC's; one that failed is given back). */
export function submissionsToday(world: World, slug: string): number {
  const today = world.now().toISOString().slice(0, 10);
  return world.submissions.filter(
    ({ competition, date, status }) =>
      competition === slug && status !== "ERROR" && date.toISOString().startsWith(today),
  ).length;
}
