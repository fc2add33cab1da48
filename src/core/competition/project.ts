import { z } from "zod";
import { metricSchema } from "./metric-setting.ts";
import { validationSchema } from "./validation-setting.ts";

export { type Direction, directions } from "./metric-setting.ts";
export { splitStrategies } from "./validation-setting.ts";

const columns = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
  error: "expected a column, or a list of columns",
});

const dataPath = z
  .string()
  .min(1)
  .refine((text) => !text.startsWith("/") && !text.split("/").includes(".."));

/** Google Cloud, for training on Vertex AI. Names only; no secret stands here. */
const vertexSchema = z.strictObject({
  /** Project id; by default the one of the credentials. */
  project: z.string().min(1).optional(),
  region: z
    .string()
    .regex(/^[a-z]+-[a-z]+\d+$/, "expected a region such as us-central1")
    .default("us-central1"),
  /** Name of the bucket, without gs://. */
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/, "expected a bucket's name, without gs://"),
  /** The training image, for example us-central1-docker.pkg.dev/my-project/crossfold/training:latest. */
  image: z.string().min(1).optional(),
  /** The account that the job runs as; by default Vertex AI's own. */
  service_account: z.string().includes("@").optional(),
  /** Secrets of Secret Manager by the environment variable that carries each in the container. */
  secrets: z
    .record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected the name of an environment variable"),
      z.string().regex(/^[A-Za-z0-9_-]{1,255}$/, "expected the name of a secret"),
    )
    .default({}),
});

/** `project.yml`: the competition's settings. Unknown keys are refused, except under `metadata`. */
export const projectSchema = z.strictObject({
  competition_name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/, "expected a slug: lower-case letters, digits, - and _"),
  competition_platform: z
    .string()
    .regex(/^[a-z][a-z0-9_-]*$/, "expected lower-case letters, digits, - and _, a letter first"),
  is_code_competition: z.boolean().default(false),
  data: z.strictObject({
    train: z.string().min(1).default("train.csv"),
    /** Where the targets are a table of their own: it has the id column too. */
    labels: z.string().min(1).optional(),
    test: z.string().min(1).default("test.csv"),
    sample_submission: z.string().min(1).default("sample_submission.csv"),
    id: z.string().min(1).optional(),
    target: columns.optional(),
    /** Data that is no table: folders, files and globs below the competition's folder. */
    files: z
      .union([dataPath, z.array(dataPath).min(1)], {
        error: "expected a folder, file or glob below the competition's folder, or a list of them",
      })
      .optional(),
    /** What a folder of `files` is told by: size and time of each file, or their contents. */
    hash: z.enum(["size-and-time", "contents"]).optional(),
  }),
  metric: metricSchema,
  validation: validationSchema.default({ strategy: "KFold", n_splits: 5, seed: 42 }),
  /** Rules that `check` leaves out in this competition, by name or code; the reader of the file knows which there are. */
  check: z.strictObject({ ignore: z.array(z.string().min(1)).default([]) }).optional(),
  vertex: vertexSchema.optional(),
  metadata: z.record(z.string(), z.unknown()).default({}),
});

export type Project = z.output<typeof projectSchema>;

/** The entries of `data.files` as a list; empty where project.yml names none. */
export function dataFileEntries(project: Project): string[] {
  return [project.data.files ?? []].flat();
}

/** The target columns as a list; empty where project.yml names none. */
export function targetColumns(project: Project): string[] {
  const { target } = project.data;
  return target === undefined ? [] : typeof target === "string" ? [target] : target;
}
