import { z } from "zod";
import { nextActionSchema, type NextAction } from "../../core/errors/next-action.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { GoogleError } from "../../clients/google/google-error.ts";
import { type Attempted, googleProblem } from "../../clients/google/google-problem.ts";

/** One thing that training on Google Cloud needs. */
export const infraItemSchema = z.object({
  name: z.string(),
  /** `unknown`: Google did not let it be looked at. */
  state: z.enum(["ok", "problem", "unknown"]),
  /** What was found, or what is wrong. */
  detail: z.string(),
  /** What fixes it. */
  how: nextActionSchema.nullable(),
});
export type InfraItem = z.output<typeof infraItemSchema>;

type Finding = Omit<InfraItem, "name">;

export function good(detail: string): Finding {
  return { state: "ok", detail, how: null };
}

export function problem(detail: string, how: NextAction): Finding {
  return { state: "problem", detail, how };
}

export function unknown(detail: string, how: NextAction | null = null): Finding {
  return { state: "unknown", detail, how };
}

/** What `look` finds; where Google refuses to say, that is the finding, with what fixes it. */
export async function judge(
  name: string,
  attempted: Attempted,
  look: () => Promise<Finding>,
): Promise<InfraItem> {
  try {
    return { name, ...(await look()) };
  } catch (error) {
    const said = googleProblem(error, attempted);
    if (!(said instanceof UserError)) throw error;
    const how = said.next ?? null;
    return { name, state: isAnswer(error) ? "problem" : "unknown", detail: said.message, how };
  }
}

/** `missing` where Google says that what is looked at is not there. */
export async function orMissing(missing: Finding, look: () => Promise<Finding>): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof GoogleError && error.httpStatus === 404) return missing;
    throw error;
  }
}

/** Whether the refusal itself is what is wrong: no login, or not there. */
function isAnswer(error: unknown): boolean {
  if (!(error instanceof GoogleError)) return true;
  return error.status === "UNAUTHENTICATED" || error.status === "NOT_FOUND";
}
