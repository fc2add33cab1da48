import { x } from "tinyexec";
import { toolEnv } from "./tools.ts";

/** Whether a shell is here, after an attempt to install it where the machine lets us. */
export async function haveShell(name: "zsh" | "fish"): Promise<boolean> {
  if (await runs(name)) return true;
  if (process.getuid?.() !== 0 || !(await runs("apt-get"))) return false;
  await x("apt-get", ["update", "--quiet"]);
  await x("apt-get", ["install", "--quiet", "--yes", "--no-install-recommends", name]);
  return runs(name);
}

async function runs(program: string): Promise<boolean> {
  const { exitCode } = await x("sh", ["-c", `command -v ${program}`]);
  return exitCode === 0;
}

/** What bash offers for a line, cut into words as readline cuts it; the last word is being typed. */
export function offersOfBash(words: readonly string[], cwd: string): Promise<string[]> {
  const script = `
    eval "$(crossfold completion bash)"; eval "$(crossfold completion bash)"
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    _crossfold "$1" "\${COMP_WORDS[COMP_CWORD]}" || exit
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  return linesOf("bash", ["--norc", "-c", script, "bash", ...words], cwd);
}

/** What fish offers for a command line. */
export async function offersOfFish(line: string, cwd: string): Promise<string[]> {
  const script = "crossfold completion fish | source; complete --do-complete $argv[1]";
  const lines = await linesOf("fish", ["--no-config", "-c", script, "--", line], cwd);
  return lines.map((offer) => offer.split("\t")[0]!);
}

/** What zsh makes of a line when Tab is pressed at its end, in a terminal of its own. */
export async function completedByZsh(line: string, cwd: string): Promise<string> {
  const script = `
    zmodload zsh/zpty
    zpty terminal zsh -f -i
    zpty -w terminal 'autoload -U compinit; compinit -u -D; eval "$(crossfold completion zsh)"'
    zpty -w terminal 'show() { print -r -- "<<$BUFFER>>"; zle kill-buffer; zle accept-line }; zle -N show; bindkey "^X" show'
    zpty -w terminal 'PS1=; print rea""dy'
    zpty -r terminal seen '*ready*'
    zpty -w -n terminal "$1"$'\\t\\x18'
    zpty -r terminal seen '*<<*>>*'
    print -r -- "\${\${seen##*<<}%%>>*}"`;
  const lines = await linesOf("zsh", ["-f", "-c", script, "zsh", line], cwd);
  return lines.join("\n");
}

/** Lines on stdout of a program that must end well and say nothing on stderr. */
async function linesOf(program: string, args: string[], cwd: string): Promise<string[]> {
  const { stdout, stderr, exitCode } = await x(program, args, {
    nodeOptions: { cwd, env: toolEnv({ TERM: "xterm", HOME: cwd }) },
  });
  if (exitCode !== 0 || stderr !== "") throw new Error(`${program}: ${exitCode}\n${stderr}`);
  return stdout.split("\n").filter((text) => text !== "");
}
