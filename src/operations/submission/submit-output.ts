import { z } from "zod";
import { nextActionSchema } from "../../core/errors/next-action.ts";
import { directions } from "../../core/competition/project.ts";
import { shownScoreShape } from "../../core/score/shown-score.ts";
import { preflightSchema } from "./preflight.ts";

const stepSchema = z.object({
  name: z.string(),
  /** `pending` in a dry run: it would be done. */
  status: z.enum(["done", "up-to-date", "pending", "skipped"]),
  summary: z.string(),
});

/** What is known of a submission whatever comes of it. */
const factsSchema = z.object({
  experiment: z.string(),
  platform: z.string(),
  metric: z.string(),
  direction: z.enum(directions),
  /** Null without one by the project's metric. */
  cv: z.number().nullable(),
  ...shownScoreShape,
  /** Sample standard deviation of the CV's folds. */
  std: z.number().nullable(),
  /** The run whose artifacts are submitted; null where no run's record has them. */
  run: z.string().nullable(),
  /** Of a code competition: each step on the way to the submission, in their order. */
  steps: z.array(stepSchema),
  warnings: z.array(z.string()),
});

const fileSchema = z.object({
  /** Relative to the workspace. */
  file: z.string(),
  fileSha256: z.string(),
  /** Null where it is no CSV file, which is not checked. */
  rows: z.int().nullable(),
});

const ending = {
  /** What came of it, in words. */
  summary: z.string(),
  next: z.array(nextActionSchema),
};

/** What was known before a submission was spent; null where a platform takes any number. */
const preflight = preflightSchema.nullable();

const gradeSchema = z.object({
  submission: z.string(),
  public: z.number(),
  /** Null until the competition is over. */
  private: z.number().nullable(),
  /** Public LB minus CV; null without a ranked CV. */
  gap: z.number().nullable(),
  /** Best first; empty where the platform does not show it. */
  leaderboard: z.array(z.object({ experiment: z.string(), score: z.number(), at: z.string() })),
});

const fileFacts = factsSchema.extend(fileSchema.shape);

/** One shape for each outcome. */
export const submitOutputSchema = z.discriminatedUnion("status", [
  /** A dry run: the file is fine, nothing was submitted. */
  fileFacts.extend({ status: z.literal("checked"), preflight, ...ending }),
  /** A dry run of a code competition: what would be done. */
  factsSchema.extend({ status: z.literal("planned"), ...ending }),
  /** Of a code competition: stopped where `until` said, before the submission. The file is there from step output on. */
  factsSchema.extend({ status: z.literal("prepared"), ...fileSchema.partial().shape, ...ending }),
  /** The platform takes no file from here: to be uploaded by the user. */
  fileFacts.extend({ status: z.literal("by-hand"), uploadTo: z.string(), ...ending }),
  /** Submitted; the score comes later. */
  fileFacts.extend({ status: z.literal("sent"), submission: z.string(), preflight, ...ending }),
  /** Submitted and scored. */
  fileFacts.extend({ status: z.literal("graded"), ...gradeSchema.shape, preflight, ...ending }),
  /** The very same content was submitted before, nothing was now; `public` is null until that one is scored. */
  fileFacts.extend({
    status: z.literal("repeated"),
    previous: z.object({ at: z.string(), experiment: z.string() }),
    ...gradeSchema.shape,
    public: z.number().nullable(),
    ...ending,
  }),
]);
export type SubmitOutput = z.output<typeof submitOutputSchema>;
export type SubmitFacts = z.output<typeof factsSchema>;
export type FileFacts = z.output<typeof fileFacts>;
export type SubmitStep = z.output<typeof stepSchema>;
