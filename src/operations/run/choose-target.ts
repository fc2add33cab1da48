import { type TargetName, targets } from "../../compute/targets.ts";
import type { Choice, ComputeTarget, MachineRequest } from "../../compute/backend.ts";
import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors/user-error.ts";

export interface ChosenTarget {
  on: TargetName;
  debug: boolean;
  machine: MachineRequest;
}

interface Offer extends Choice {
  on: TargetName;
  command: string;
}

/** Where to train when it is not specified: asked on a terminal, otherwise refused with the command lines to choose from. */
export async function chooseTarget(
  context: Context,
  experiment: string,
): Promise<ChosenTarget | "skip"> {
  const offers = offersFor(experiment);
  if (context.ask === undefined) throw nowhere(experiment, offers);
  const choices = [
    ...offers.map(({ label, hint, command }) => ({ value: command, label, hint })),
    { value: "skip", label: "Skip", hint: "do not train now" },
  ];
  const answer = await context.ask.choose(`Where should ${experiment} be trained?`, choices);
  const chosen = offers.find(({ command }) => command === answer);
  return chosen === undefined ? "skip" : { ...chosen, machine: chosen.machine ?? {} };
}

function offersFor(experiment: string): Offer[] {
  const offers = Object.entries(targets).flatMap(([on, { choices }]: [string, ComputeTarget]) =>
    choices.map((choice) => {
      const flags = [...(choice.flags ?? []), ...(choice.debug ? ["--debug"] : [])];
      const command = ["crossfold train", experiment, "--on", on, ...flags].join(" ");
      return { ...choice, on: on as TargetName, command };
    }),
  );
  return offers;
}

function nowhere(experiment: string, offers: readonly Offer[]): UserError {
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
