import { type TargetName, targets } from "../../compute/targets.ts";
import type { Choice, ComputeTarget, MachineRequest, Setup } from "../../compute/backend.ts";
import type { Context } from "../../core/context.ts";
import { gpuUse } from "../../core/experiment/gpu-use.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { readPythonSources } from "../../storage/experiment/python-sources.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import { accessTo } from "./open-target.ts";

export interface ChosenTarget {
  on: TargetName;
  debug: boolean;
  machine: MachineRequest;
}

interface Offer extends Choice {
  on: TargetName;
  command: string;
  ready: boolean;
}

/**
 * Where to train when that was not specified: asked on a terminal, otherwise refused with the command lines to choose
 * from. What is set up comes first; what suits the experiment is recommended.
 */
export async function chooseTarget(
  context: Context,
  ws: Workspace,
  experiment: string,
): Promise<ChosenTarget | "skip"> {
  const offers = recommend(
    await listOffers(context, ws, experiment),
    await gpuUseOf(ws, experiment),
  );
  if (context.ask === undefined) throw notSpecified(experiment, offers);
  const choices = [
    ...offers.map(({ label, hint, command }) => ({ value: command, label, hint })),
    { value: "skip", label: "Skip", hint: "do not train now" },
  ];
  const answer = await context.ask.choose(
    `Where should ${experiment} be trained?`,
    choices,
    offers.find(({ recommended }) => recommended)?.command,
  );
  const chosen = offers.find(({ command }) => command === answer);
  if (chosen === undefined) return "skip";
  return { on: chosen.on, debug: chosen.debug, machine: chosen.machine ?? {} };
}

/** Every choice that makes sense in this competition, those of targets that are set up first. */
async function listOffers(context: Context, ws: Workspace, experiment: string): Promise<Offer[]> {
  const access = await accessTo(context, ws);
  const all = Object.entries(targets) as [TargetName, ComputeTarget][];
  const offers = await Promise.all(
    all.map(async ([on, target]) =>
      offersOf(on, target, await target.setup(ws.project, access), experiment),
    ),
  );
  return offers.flat().toSorted((a, b) => Number(b.ready) - Number(a.ready));
}

function offersOf(
  on: TargetName,
  { choices }: ComputeTarget,
  setup: Setup,
  experiment: string,
): Offer[] {
  if (setup.state === "not-for-this-competition") return [];
  return choices.map((choice) => {
    const flags = [...(choice.flags ?? []), ...(choice.debug ? ["--debug"] : [])];
    const command = ["crossfold train", experiment, "--on", on, ...flags].join(" ");
    const hint = setup.state === "ready" ? choice.hint : `${choice.hint}; needs ${setup.what}`;
    return { ...choice, on, command, hint, ready: setup.state === "ready" };
  });
}

/** Code of the experiment's own; what its harness imports says nothing of the model. */
async function gpuUseOf(ws: Workspace, experiment: string): Promise<string | undefined> {
  const sources = await readPythonSources(ws, experiment);
  return gpuUse([...sources].flatMap(([name, text]) => (name.startsWith("harness/") ? [] : text)));
}

type Recommended = Offer & { recommended: boolean };

/** Marks one choice: the first GPU that is set up where the experiment uses one, else this machine. */
function recommend(offers: readonly Offer[], use: string | undefined): Recommended[] {
  const gpu = offers.find(({ ready, machine }) => ready && machine?.gpu !== undefined);
  const local = offers.find(({ on, debug }) => on === "local" && !debug);
  const best = use === undefined ? local : (gpu ?? local);
  return offers.map((offer) => {
    if (offer !== best) return { ...offer, recommended: false };
    const hint = use === undefined ? offer.hint : `${offer.hint}; the code ${use}`;
    return { ...offer, hint, label: `${offer.label} (recommended)`, recommended: true };
  });
}

function notSpecified(experiment: string, offers: readonly Offer[]): UserError {
  return new UserError({
    code: "train-where",
    message: `where to train ${experiment} is not specified, and there is no terminal to ask on`,
    expected: offers
      .map(({ command, label, hint }) => `${command}   (${label}: ${hint})`)
      .join("\n"),
    next: { operation: "train", input: { experiment, on: "local" }, why: "on this machine" },
    exitCode: 2,
  });
}
