import stringWidth from "fast-string-width";
import type { NextAction } from "../../core/errors/next-action.ts";
import type { Style } from "./style.ts";
import { pad } from "./table.ts";

/** What to do next, a line each, with the reasons in a column of their own. */
export function nextLines(actions: readonly NextAction[], style: Style): string[] {
  return actionLines(actions, style).map(
    (line, index) => `${index === 0 ? style.dim("next  ") : "      "}${line}`,
  );
}

/** Actions without a word before them. */
export function actionLines(actions: readonly NextAction[], style: Style): string[] {
  const calls = actions.map((action) =>
    typeof action === "string" ? undefined : style.spell(action),
  );
  const width = Math.max(0, ...calls.map((call) => stringWidth(call ?? "")));
  return actions.map((action, index) =>
    typeof action === "string"
      ? style.cyan(action)
      : `${style.cyan(pad(calls[index]!, width))}   ${style.dim(action.why)}`,
  );
}

/** One action in a line. */
export function actionLine(action: NextAction, style: Style): string {
  return actionLines([action], style)[0]!;
}

/** A sentence for a list that is empty, and what would fill it. */
export function emptyList(sentence: string, next: NextAction, style: Style): string {
  return [sentence, ...nextLines([next], style)].join("\n");
}
