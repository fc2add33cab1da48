import path from "node:path";
import type { Project } from "../../core/competition/project.ts";
import { readYaml } from "../files/read-yaml.ts";
import { flow } from "../files/yaml-splices.ts";
import { parseProject, readProjectText } from "./project-file.ts";

type Validation = Project["validation"];

const mark = "# init's guess, until crossfold split --write decides:";
const markLine = new RegExp(String.raw`^[ \t]*${mark}[ \t]*(.*?)[ \t]*(?:\r?\n|$)`, "m");

/** The comment that `init` writes above a validation that is not decided yet. It says what the guess was. */
export function guessComment(validation: Validation): string {
  return `${mark} ${flow(validation)}`;
}

/**
 * Whether the validation of a project.yml is still the guess of `init`: the comment is there and the values are those it
 * names. Whoever changes a value, or takes the comment away, has decided.
 */
export function isValidationGuess(text: string, validation: Validation): boolean {
  const guess = markLine.exec(text)?.[1];
  return guess !== undefined && sameValues(readValues(guess), validation);
}

/** The text without the comment. */
export function withoutGuess(text: string): string {
  return text.replace(markLine, "");
}

/** Whether neither `split` nor the user has decided on the validation in this workspace's project.yml. */
export async function hasValidationGuess(root: string): Promise<boolean> {
  const file = path.join(root, "project.yml");
  const text = await readProjectText(file);
  return markLine.test(text) && isValidationGuess(text, parseProject(text, file).validation);
}

function readValues(text: string): unknown {
  const read = readYaml(text);
  return read.ok ? read.value : undefined;
}

function sameValues(guess: unknown, validation: Validation): boolean {
  if (typeof guess !== "object" || guess === null) return false;
  return sorted(guess) === sorted(validation);
}

function sorted(values: object): string {
  return JSON.stringify(Object.entries(values).toSorted());
}
