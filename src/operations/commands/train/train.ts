import { z } from "zod";
import { targetNames } from "../../../compute/targets.ts";
import { defineOperation } from "../../operation.ts";
import { runSummarySchema } from "../../run/run-summary.ts";
import { machineInput } from "../../run/machine-request.ts";
import { endedRunSchema, exitCodeOf } from "../../run/ended-run.ts";

const input = z.object({
  experiment: z.string().describe("Experiment to train"),
  on: z
    .enum(targetNames)
    .optional()
    .describe("Where to train; asked on a terminal, needed without one"),
  ...machineInput,
  detach: z.boolean().default(false).describe("Return at once; the run goes on and records itself"),
  debug: z
    .boolean()
    .default(false)
    .describe("Pass --debug to train.py: little data, never recorded as a score"),
  check: z
    .boolean()
    .default(true)
    .describe("Check the conventions first and start nothing on errors"),
  extraArgs: z
    .string()
    .optional()
    .describe("Arguments for train.py in one string, split at spaces outside quotes"),
  args: z
    .array(z.string())
    .default([])
    .describe(
      "Arguments for train.py, passed on untouched: --config.seed 7 sets a field of Config",
    ),
});

export type TrainRequest = z.output<typeof input>;

const output = z.discriminatedUnion("outcome", [
  endedRunSchema.extend({ outcome: z.literal("ended") }),
  z.object({ outcome: z.literal("detached"), run: runSummarySchema }),
  z.object({ outcome: z.literal("skipped"), experiment: z.string() }),
]);

export type TrainResult = z.output<typeof output>;

export const train = defineOperation({
  description:
    "Checks the experiment against the conventions and, if it passes, runs models/<experiment>/train.py with the workspace's Python and keeps a record of it: code, arguments, git commit, hashes of the data, output, exit code. When it succeeds, its cv_score goes into the experiment's ledger and task; when it fails, a note in the task says why. The task moves to In Progress when a full run starts. In the foreground the output is shown and Ctrl-C stops the script (a second and a third one harder); with --detach it runs on without the terminal. On vertex the same experiment runs as a Vertex AI job: the price is shown before it is submitted, the log is followed, the artifacts are downloaded.",
  whenToUse:
    "Training takes minutes to hours: ask the user where to train unless they have said so, pass detach: true, go on with other work and call `wait` or `runs`. Without detach the call lasts as long as the run, and cancelling the call stops the run as Ctrl-C would; a call that only timed out leaves it running.",
  input,
  output,
  effect: "write",
  terminalOnly: ["extraArgs"],
  positionals: ["experiment"],
  passthrough: "args",
  completions: { experiment: "experiment" },
  examples: [
    { command: "train exp001 --on local", summary: "train here and watch" },
    { command: "train exp001 --on local --debug", summary: "a quick check of the whole script" },
    {
      command: "train exp001 --on local --detach",
      summary: "in the background; then: wait exp001",
    },
    {
      command: "train exp001 --on local -- --config.learning-rate 0.1",
      summary: "with another value for a field of Config",
    },
    {
      command: "train exp002 --on vertex --gpu NVIDIA_L4 --timeout 4h --max-cost 5",
      summary: "on Vertex AI, for five dollars at most",
    },
  ],
  // What proposes a training spells this definition, and needs nothing of what it does.
  run: async (context, request) =>
    (await import("../../training/train-experiment.ts")).trainExperiment(context, request),
  exitCode: (result) => (result.outcome === "ended" ? exitCodeOf(result) : 0),
});
