import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { split } from "shlex";
import { describe, expect, it } from "vitest";
import { parseArguments } from "../src/doors/cli/command.ts";
import { findOperation, frontOptions } from "../src/doors/cli/command-words.ts";
import { unknownCommand } from "../src/doors/cli/unknown-command.ts";
import { UserError } from "../src/core/errors/user-error.ts";
import type { Operation } from "../src/operations/operation.ts";
import { operations } from "../src/operations/table.ts";
import { packageRoot } from "../src/package-root.ts";

const root = packageRoot();

/** A command line that a page shows. */
interface Shown {
  /** `docs/runs.md:12`. */
  at: string;
  /** Without the leading `crossfold`. */
  words: string[];
  /** What the page says it printed first; undefined where it shows no output. */
  prints: string | undefined;
}

const skill = path.join("templates", "workspace", ".claude", "skills", "experiment-workflow");

const pages = [
  ...readdirSync(path.join(root, "docs")).map((name) => path.join("docs", name)),
  ...readdirSync(root).filter((name) => /^README.*\.md$/.test(name)),
  path.join("templates", "workspace", "AGENTS.md"),
  ...readdirSync(path.join(root, skill), { recursive: true, encoding: "utf8" }).map((name) =>
    path.join(skill, name),
  ),
].filter((name) => name.endsWith(".md"));

const read = (page: string) => readFileSync(path.join(root, page), "utf8");

/** Blocks that hold only what one types; in every other one it follows a `$`. */
const typedBlocks = new Set(["sh", "bash", "shell"]);
const prompt = /^\$ /;

function commandsIn(page: string): Shown[] {
  let block: string | undefined;
  const lines = read(page).split("\n");
  return lines.flatMap((line, index) => {
    const at = `${page}:${index + 1}`;
    const fence = /^\s*```(\w*)/.exec(line);
    if (fence !== null) block = block === undefined ? fence[1]! : undefined;
    if (fence !== null) return [];
    if (block === undefined) return inlineCommands(line, lines[index + 1] ?? "", at);
    const typed = prompt.test(line) || (typedBlocks.has(block) && !line.startsWith("#"));
    return typed ? commandsOf(line.replace(prompt, ""), at, lines[index + 1]) : [];
  });
}

/** Code in a sentence; one that runs over the line's end is whole. */
function inlineCommands(line: string, next: string, at: string): Shown[] {
  const open = (line.match(/`/g) ?? []).length % 2 === 1;
  const text =
    open && next.includes("`") ? `${line} ${next.slice(0, next.indexOf("`") + 1)}` : line;
  return [...text.matchAll(/`([^`]+)`/g)].flatMap(([, code]) =>
    isName(code!) ? [] : commandsOf(code!, at, undefined),
  );
}

/** A sentence may name a command, `crossfold done`, without typing it. */
function isName(code: string): boolean {
  const words = code.split(" ");
  const known = findOperation(words.slice(1));
  return /^(crossfold|xf)$/.test(words[0]!) && known !== undefined && known.args.length === 0;
}

/** Every crossfold of a line: after a variable, between `&&`, `;` and `|`, before a redirection. */
function commandsOf(line: string, at: string, prints: string | undefined): Shown[] {
  return line.split(/\s+(?:&&|\|\||\||#)\s+|;\s+/).flatMap((part) => {
    const typed = /^(?:[A-Z_]+=\S*\s+)*(?:npx\s+)?(?:crossfold|xf)(?=\s|$)(.*)$/.exec(part.trim());
    if (typed === null) return [];
    const words = split(typed[1]!.replace(/\s+\d?>\s*\S+.*$/, ""));
    return [{ at, words, prints }];
  });
}

/** What stands in a command's place without being an operation; COMMAND means any. */
const otherWords = new Set([
  "--help",
  "-h",
  "help",
  "--version",
  "-V",
  "completion",
  "mcp",
  "COMMAND",
]);

/** What the program says to a command line before anything is run; undefined where it has nothing against it. */
async function refusalOf(words: readonly string[]): Promise<string | undefined> {
  const { words: own } = frontOptions(words);
  if (own.length === 0 || otherWords.has(own[0]!)) return undefined;
  const found = findOperation(own);
  try {
    if (found === undefined) throw unknownCommand("", own[0]!);
    const operation = (await operations[found.name].load()) as unknown as Operation;
    parseArguments(operation, found.name, found.args);
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return `crossfold: ${error.message}`;
    throw error;
  }
}

describe("the documentation", () => {
  it.each(pages)("%s shows only command lines that the program takes", async (page) => {
    const wrong = [];
    for (const { at, words, prints } of commandsIn(page)) {
      const refusal = await refusalOf(words);
      // A page may show what is refused, with the very words of the refusal.
      if (refusal !== undefined && refusal !== prints) wrong.push({ at, words, refusal });
    }
    expect(wrong).toEqual([]);
  });

  it("is looked through where commands are", () => {
    expect(pages.flatMap(commandsIn).length).toBeGreaterThan(100);
  });

  it("finds a flag and a command that are not there", async () => {
    const [flag, command] = commandsOf("crossfold new --frm exp001 && xf trian exp001", "here", "");
    expect(await refusalOf(flag!.words)).toBe(
      "crossfold: unknown option '--frm' (did you mean --from?)",
    );
    expect(await refusalOf(command!.words)).toBe(
      "crossfold: unknown command 'trian' (did you mean train?)",
    );
  });

  it.each(pages)("%s links only to what is there", (page) => {
    expect(relativeLinks(page).filter((link) => !resolves(page, link))).toEqual([]);
  });
});

function relativeLinks(page: string): string[] {
  const text = read(page).replaceAll(/^```[^]*?^```/gm, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1]!)
    .filter((link) => !/^[a-z]+:/i.test(link));
}

function resolves(page: string, link: string): boolean {
  const [file = "", anchor] = link.split("#");
  const target = file === "" ? page : path.join(path.dirname(page), decodeURI(file));
  if (!existsSync(path.join(root, target))) return false;
  if (anchor === undefined || statSync(path.join(root, target)).isDirectory()) return true;
  return anchorsOf(target).includes(decodeURI(anchor));
}

/** The anchors GitHub gives a page's headings. */
function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
