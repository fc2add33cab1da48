import { type PlaceName, places } from "../../compute/backends.ts";
import type { Choice, Place, Wish } from "../../compute/backend.ts";
import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors/user-error.ts";

export interface ChosenPlace {
  on: PlaceName;
  debug: boolean;
  wish: Wish;
}

interface Offer extends Choice {
  on: PlaceName;
  command: string;
}

/** Where to train when nobody said so: asked on a terminal, otherwise refused with the command lines to choose from. */
export async function choosePlace(
  context: Context,
  experiment: string,
): Promise<ChosenPlace | "skip"> {
  const offers = offersFor(experiment);
  if (context.ask === undefined) throw nowhere(experiment, offers);
  const choices = [
    ...offers.map(({ label, hint, command }) => ({ value: command, label, hint })),
    { value: "skip", label: "Skip", hint: "do not train now" },
  ];
  const answer = await context.ask.choose(`Where should ${experiment} be trained?`, choices);
  const chosen = offers.find(({ command }) => command === answer);
  return chosen === undefined ? "skip" : { ...chosen, wish: chosen.wish ?? {} };
}

function offersFor(experiment: string): Offer[] {
  const offers = Object.entries(places).flatMap(([on, { choices }]: [string, Place]) =>
    choices.map((choice) => {
      const flags = [...(choice.flags ?? []), ...(choice.debug ? ["--debug"] : [])];
      const command = ["crossfold train", experiment, "--on", on, ...flags].join(" ");
      return { ...choice, on: on as PlaceName, command };
    }),
  );
  return offers;
}

function nowhere(experiment: string, offers: readonly Offer[]): UserError {
  return new UserError({
    code: "train-where",
    message: `nobody said where ${experiment} should be trained, and there is no terminal to ask on`,
    expected: offers
      .map(({ command, label, hint }) => `${command}   (${label}: ${hint})`)
      .join("\n"),
    next: offers.find(({ on, debug }) => on === "local" && !debug)!.command,
    exitCode: 2,
  });
}
