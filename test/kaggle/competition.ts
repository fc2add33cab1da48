import { readFile } from "node:fs/promises";
import { listFolderFiles, type FolderFile } from "./folder-files.ts";
import { Refusal } from "./reply.ts";
import type { StoredFile } from "./signed-urls.ts";
import type { World } from "./world.ts";
import { zipOf } from "./zip.ts";

interface CompetitionPage {
  name: string;
  content: string;
  mimeType?: string;
}

interface Score {
  public: number;
  private: number;
}

/** Grades a submission's file; what it throws is the submission's error. */
export type Grader = (file: Buffer) => Score | Promise<Score>;

export interface CompetitionOptions {
  slug: string;
  title?: string;
  /** As the site has them: description, evaluation, rules, data-description, prizes. */
  pages?: CompetitionPage[];
  /** Folder with the data; none where it is left out. */
  files?: string;
  /** Files below `files` that are downloaded as NAME.zip, as Kaggle does with large ones. */
  zippedFiles?: string[];
  /** Default: in 30 days. */
  deadline?: Date;
  /** Default: 5. */
  maxDailySubmissions?: number;
  isKernelsSubmissionsOnly?: boolean;
  submissionsDisabled?: boolean;
  /** Default: true. */
  rulesAccepted?: boolean;
  evaluationMetric?: string;
  /** Order of the leaderboard. */
  higherIsBetter?: boolean;
  /** How many times a submission is asked for before its score is there; 1. */
  pendingPolls?: number;
  /** How long grading takes; 0. */
  gradingMs?: number;
  /** Default: 0.5 for everything. */
  score?: Grader;
  /** Folder laid over the data when a submitted notebook is run again. */
  hiddenFiles?: string;
  /** A submitted notebook may have had internet; false. */
  internetAllowed?: boolean;
  /** Other teams on the leaderboard. */
  teams?: { name: string; score: number }[];
}

export type Competition = Required<Omit<CompetitionOptions, "files" | "hiddenFiles">> &
  Pick<CompetitionOptions, "files" | "hiddenFiles"> & { id: number };

const month = 30 * 24 * 3600 * 1000;

export function makeCompetition(options: CompetitionOptions, id: number, now: Date): Competition {
  return {
    title: options.slug,
    pages: [],
    zippedFiles: [],
    deadline: new Date(now.getTime() + month),
    maxDailySubmissions: 5,
    isKernelsSubmissionsOnly: false,
    submissionsDisabled: false,
    rulesAccepted: true,
    evaluationMetric: "Root Mean Squared Error",
    higherIsBetter: false,
    pendingPolls: 1,
    gradingMs: 0,
    score: () => ({ public: 0.5, private: 0.5 }),
    internetAllowed: false,
    teams: [],
    ...options,
    id,
  };
}

/** The competition of that name. A name that is not one is not told from one that may not be seen. */
export function findCompetition(
  world: World,
  slug: string,
  permission = "competitions.get",
): Competition {
  const competition = world.competitions.get(slug);
  if (competition === undefined) throw new Refusal(403, `Permission '${permission}' was denied`);
  return competition;
}

export function requireRulesForDownload(competition: Competition): void {
  if (competition.rulesAccepted) return;
  const message =
    "You must accept this competition's rules before you'll be able to download files.";
  throw new Refusal(403, message, "flat");
}

/** One data file as it is downloaded. */
export async function dataFile(competition: Competition, name: string): Promise<StoredFile> {
  const files = await listFolderFiles(competition.files);
  const file = files.find((candidate) => candidate.name === name);
  if (file === undefined) throw new Refusal(404, `Could not find file: ${name}`);
  if (!competition.zippedFiles.includes(name)) return storedFile(file);
  const zipped = async () => zipOf([{ name, bytes: await readFile(file.path) }]);
  return { name: `${name}.zip`, modified: file.modified, bytes: zipped };
}

/** All data files in one archive. */
export async function dataArchive(competition: Competition): Promise<StoredFile> {
  const files = await listFolderFiles(competition.files);
  const modified = new Date(Math.max(0, ...files.map((file) => file.modified.getTime())));
  const bytes = async () =>
    zipOf(
      await Promise.all(
        files.map(async (file) => ({ name: file.name, bytes: await readFile(file.path) })),
      ),
    );
  return { name: `${competition.slug}.zip`, modified, bytes };
}

export function storedFile(file: FolderFile): StoredFile {
  return { name: file.name, modified: file.modified, bytes: () => readFile(file.path) };
}
