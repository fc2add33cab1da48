import { z } from "zod";

/**
 * What a run's supervisor must know and no file may hold: the command with its secrets, and the values to mask in the
 * log. They reach it in its environment, which the script does not get.
 */
export interface RunSecrets {
  /** Undefined where spec.json has the command as it is. */
  command: string[] | undefined;
  values: string[];
}

const commandName = "CROSSFOLD_RUN_COMMAND";
/** The variable that has the values to mask. */
export const valuesName = "CROSSFOLD_MASKED_VALUES";
const texts = z.array(z.string());

type Env = Readonly<Record<string, string | undefined>>;

/** As variables for the supervisor. */
export function writeRunSecrets({ command, values }: RunSecrets): Record<string, string> {
  return {
    ...(command === undefined ? {} : { [commandName]: JSON.stringify(command) }),
    ...(values.length === 0 ? {} : { [valuesName]: JSON.stringify(values) }),
  };
}

export function readRunSecrets(env: Env): RunSecrets {
  return { command: parse(env[commandName]), values: parse(env[valuesName]) ?? [] };
}

/** The script's environment. */
export function withoutRunSecrets(env: Env): Env {
  const { [commandName]: _command, [valuesName]: _values, ...rest } = env;
  return rest;
}

function parse(text: string | undefined): string[] | undefined {
  try {
    return text === undefined ? undefined : texts.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
