import { z } from "zod";
import { nextActionSchema } from "../../core/errors/next-action.ts";
import { directions } from "../../core/competition/project.ts";
import { previewSchema } from "./preview.ts";

export const submitOutputSchema = z.object({
  experiment: z.string(),
  platform: z.string(),
  /**
   * `graded`: handed in and scored. `sent`: handed in, the score comes later. `repeated`: the very same content was
   * handed in before, nothing was now. `by-hand`: to be uploaded. `prepared`: stopped where `until` said.
   */
  status: z.enum(["graded", "sent", "repeated", "by-hand", "checked", "prepared"]),
  /** Null where no file is there yet. */
  file: z.string().nullable(),
  fileSha256: z.string().nullable(),
  rows: z.int().nullable(),
  submission: z.string().nullable(),
  metric: z.string(),
  direction: z.enum(directions),
  public: z.number().nullable(),
  /** Null until the competition is over. */
  private: z.number().nullable(),
  /** Null without one by the project's metric. */
  cv: z.number().nullable(),
  /** Sample standard deviation of the CV's folds. */
  std: z.number().nullable(),
  /** Public LB minus CV. */
  gap: z.number().nullable(),
  /** Best first. */
  leaderboard: z.array(z.object({ experiment: z.string(), score: z.number(), at: z.string() })),
  /** What was known before a submission was spent; null where a platform takes any number, or none was to be spent. */
  prospect: previewSchema.nullable(),
  /** Of a code competition: each step on the way to the submission, in their order. */
  steps: z.array(
    z.object({
      name: z.string(),
      /** `todo` in a dry run: it would be done. */
      status: z.enum(["done", "up-to-date", "pending", "skipped"]),
      summary: z.string(),
    }),
  ),
  warnings: z.array(z.string()),
  /** What came of it in the task, or where to upload the file. */
  summary: z.string(),
  next: z.array(nextActionSchema),
});
export type SubmitOutput = z.output<typeof submitOutputSchema>;
