import { offersFor } from "./completion-offers.ts";
import { completionScripts, type Shell, shells } from "./completion-scripts.ts";
import { stdout } from "../shared/terminal.ts";
import { plainText } from "../text/terminal-text.ts";
import { usageError } from "./usage-error.ts";

/** `crossfold completion bash`: the script that a shell sources. */
export function printCompletion([shell = ""]: readonly string[]): number {
  if (!Object.hasOwn(completionScripts, shell)) {
    throw usageError(
      shell === "" ? "which shell?" : `no completion for '${shell}'`,
      "",
      `crossfold completion ${shells.join(", ")}; for bash: eval "$(crossfold completion bash)"`,
    );
  }
  stdout.write(completionScripts[shell as Shell]);
  return 0;
}

/** The hidden command that the scripts call: `complete SHELL -- words`. Whatever is wrong, it only offers less. */
export async function complete([shell, , ...words]: readonly string[]): Promise<number> {
  const joined = shell === "bash" ? joinEquals(words) : words;
  const current = joined.at(-1) ?? "";
  const found = await offersFor(joined.slice(0, -1), current).catch(() => []);
  if (typeof found === "string") return print([found]);
  const typed = current.toLowerCase();
  const fitting = found.filter(
    ({ value }) => value.toLowerCase().startsWith(typed) && value === plainText(value),
  );
  // bash replaces only what stands after the equals sign.
  const kept = shell === "bash" && current.startsWith("--") ? current.indexOf("=") + 1 : 0;
  return print([
    "words",
    ...fitting.map(
      ({ value, description }) => `${value.slice(kept)}\t${oneLine(plainText(description))}`,
    ),
  ]);
}

function print(lines: readonly string[]): number {
  stdout.write(`${lines.join("\n")}\n`);
  return 0;
}

/** bash takes `--sort=cv` for three words. */
function joinEquals(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (const [index, word] of words.entries()) {
    const belongs = word === "=" || words[index - 1] === "=";
    if (belongs && joined.length > 0) joined.push(joined.pop()! + word);
    else joined.push(word);
  }
  return joined;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
