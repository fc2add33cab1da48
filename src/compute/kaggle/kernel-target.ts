import { z } from "zod";
import { slugify } from "../../core/competition/kaggle-names.ts";
import type { RunSpec } from "../../core/run/run-spec.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { specOfRun } from "../../storage/workspace/paths.ts";
import type { KernelRef } from "../../clients/kaggle/kernels.ts";

/** `target` of spec.json for a run as a Kaggle kernel. */
const kernelTargetSchema = z.looseObject({
  owner: z.string(),
  competition: z.string(),
  /** Kaggle's name for the accelerator; null: CPU only. */
  machine_shape: z.string().nullable().default(null),
  timeout_seconds: z.number(),
});
export type KernelTarget = z.output<typeof kernelTargetSchema>;

/** Throws a UserError where the run's record does not say. */
export function kernelTargetOf(spec: RunSpec): KernelTarget {
  const read = kernelTargetSchema.safeParse(spec.target);
  if (read.success) return read.data;
  throw new UserError({
    code: "run-target",
    message: `spec.json of run ${spec.id} does not say where on Kaggle it runs`,
    next: `look at ${specOfRun(spec.id)}`,
  });
}

/** A kernel of its own for every run, so that it is found again by the run's id; titles have 50 characters at most. */
export function kernelTitle(spec: RunSpec): string {
  const parts = /^(\d{8}-\d{6})-(.*)-([a-z0-9]{4})$/.exec(spec.id)!;
  const [, time, what, random] = parts;
  const ending = ` ${time} ${random}`;
  return `crossfold ${what!.slice(0, 50 - "crossfold ".length - ending.length)}${ending}`;
}

/** Its first version. */
export function kernelOf(spec: RunSpec): KernelRef {
  return { owner: kernelTargetOf(spec).owner, slug: slugify(kernelTitle(spec)), version: 1 };
}
