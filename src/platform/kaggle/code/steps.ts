import { depsStep } from "./deps-step.ts";
import { kernelStep } from "./kernel-step.ts";
import { modelStep } from "./model-step.ts";
import { outputStep } from "./output-step.ts";
import type { LivePipeline, Pipeline } from "./pipeline.ts";

interface StepPlan {
  /** `up-to-date`: done before, for what the files are now. `skipped`: there is nothing to do. */
  status: "pending" | "up-to-date" | "skipped";
  why: string;
}

/** One step towards a code submission: safe to repeat, and goes on where an earlier command stopped. */
export interface Step {
  name: string;
  /** By the files and the state alone; asks nothing of Kaggle. */
  plan(pipeline: Pipeline): StepPlan;
  /** Does it; returns what there is now, in words. */
  run(pipeline: LivePipeline): Promise<string>;
}

/** In their order; each needs those before it. */
export const steps: readonly Step[] = [depsStep, modelStep, kernelStep, outputStep];
