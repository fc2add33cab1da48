import {
  type GetPromptResult,
  type Prompt,
  ProtocolError,
  ProtocolErrorCode,
} from "@modelcontextprotocol/server";
import { renderSpelled } from "../shared/spelling.ts";
import { renderPlan } from "../text/plan.ts";
import { makeStyle } from "../text/style.ts";
import { toolCall } from "./tool-name.ts";
import { asData } from "./untrusted-text.ts";
import { callReadOnly } from "./call-read-only.ts";
import { asProtocolError } from "./protocol-error.ts";

const plain = makeStyle({ color: false, width: Infinity });
const shownLines = 200;

export const prompts: Prompt[] = [
  {
    name: "plan-next-experiment",
    title: "Plan the next experiment",
    description: "From the state of the competition to one hypothesis, saved as a task",
    arguments: [
      { name: "focus", description: "What to think about: features, validation, a model" },
    ],
  },
  {
    name: "read-run",
    title: "Read this run",
    description: "What a run did, what went wrong or what its score says, and what to do next",
    arguments: [
      { name: "run", description: "Run id, its end, or an experiment; by default the newest run" },
    ],
  },
];

interface Asked {
  name: string;
  arguments?: Record<string, string> | undefined;
}

/** A prompt filled with what is true now. Throws a protocol error for a name or a run that is not there. */
export async function getPrompt(
  cwd: string,
  { name, arguments: given = {} }: Asked,
): Promise<GetPromptResult> {
  const make = { "plan-next-experiment": planNext, "read-run": readRun }[name];
  if (make === undefined) {
    const known = prompts.map((prompt) => prompt.name).join(", ");
    throw new ProtocolError(
      ProtocolErrorCode.InvalidParams,
      `there is no prompt ${name}, only ${known}`,
    );
  }
  const text = await make(cwd, given).catch((error) => Promise.reject(asProtocolError(error)));
  const description = prompts.find((prompt) => prompt.name === name)!.description!;
  return { description, messages: [{ role: "user", content: { type: "text", text } }] };
}

async function planNext(cwd: string, { focus }: Record<string, string>): Promise<string> {
  const { output } = await callReadOnly(cwd, "plan", {});
  const digest = await renderSpelled(renderPlan, output, plain, toolCall);
  return `Plan the next experiment of this competition${focus ? `, with a focus on: ${focus}` : ""}.

1. Read the digest below. Read the competition's documents (docs, docs_view) where metric, data or the way the test set was made is not clear to you.
2. Weigh two or three candidates: what each would change, why it should help here, what it costs to train. Prefer what has not been tried, or what the last results point at. Differences within the folds' noise teach nothing.
3. Choose one and save it with plan_add: one hypothesis, \`from\` the experiment it changes, \`changes\` and \`expected\` written before training. If plan_add shows a similar idea that failed, say why this one differs or choose another.
4. Tell the user the hypothesis in two sentences and what to call next (new, then edit, train with debug, train).

${asData("where the competition stands", digest)}`;
}

async function readRun(cwd: string, { run }: Record<string, string>): Promise<string> {
  const { output, text } = await callReadOnly(cwd, "logs", {
    ...(run ? { run } : {}),
    tail: shownLines,
  });
  const { output: listed } = await callReadOnly(cwd, "runs", { limit: 1000 });
  const summary = listed.runs.find(({ id }) => id === output.run);
  return `Read this run and say what it teaches.

- If it failed: the cause in one sentence, the line of the experiment's own code it comes from, the smallest fix. After fixing it, train with debug first.
- If it succeeded: score and spread of the folds, whether the difference to its parent is more than noise (compare), signs of overfitting or of a leak (a score too good, folds far apart, validation far better than the leaderboard).
- If it is still going: how far it is and when it may end.
Then name one next step as a tool call. Never write a score anywhere by hand.

${JSON.stringify(summary ?? output, null, 2)}

${asData(`the last ${shownLines} lines of its log`, text)}`;
}
