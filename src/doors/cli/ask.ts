import type { Ask } from "../../core/context.ts";
import { questionStream, stderr } from "../shared/terminal.ts";
import { plainText } from "../text/terminal-text.ts";

/** Thrown when a question is left with Ctrl-C: the person wants out, and nothing is wrong. */
export class Cancelled extends Error {}

/** Questions on the terminal, or undefined where no one can be asked. The prompts load with the first question. */
export function makeAsk(
  json: boolean,
  env: Readonly<Record<string, string | undefined>>,
): Ask | undefined {
  if (json || env.CI || !process.stdin.isTTY || !stderr.isTTY) return undefined;
  const output = questionStream;
  return {
    async text(question, options = {}) {
      const { text } = await import("@clack/prompts");
      const { initial, placeholder } = options;
      return answered(
        await text({
          message: plainText(question),
          output,
          ...(initial === undefined ? {} : { initialValue: plainText(initial) }),
          ...(placeholder === undefined ? {} : { placeholder: plainText(placeholder) }),
        }),
      );
    },
    async choose<T extends string>(
      question: string,
      choices: readonly { value: T; label: string; hint?: string }[],
      initial?: T,
    ) {
      const { select } = await import("@clack/prompts");
      const options = choices.map(({ value, label, hint }) => ({
        value: value as string,
        label: plainText(label),
        ...(hint === undefined ? {} : { hint: plainText(hint) }),
      }));
      const first = initial === undefined ? {} : { initialValue: initial as string };
      return answered(
        await select({ message: plainText(question), options, output, ...first }),
      ) as T;
    },
    async confirm(question, initial = false) {
      const { confirm } = await import("@clack/prompts");
      return answered(
        await confirm({ message: plainText(question), initialValue: initial, output }),
      );
    },
  };
}

function answered<T>(answer: T): Exclude<T, symbol> {
  if (typeof answer === "symbol") throw new Cancelled();
  return answer as Exclude<T, symbol>;
}
