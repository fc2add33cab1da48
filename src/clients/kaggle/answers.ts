import { z } from "zod";
import { outcomeOf } from "../http/failure.ts";
import { KaggleError } from "./kaggle-error.ts";

const code = z.union([z.string(), z.number()]);
const inner = z.looseObject({ code: code.optional(), message: z.string().optional() });

/** Both shapes of an error, `{code, message}` and `{error: {code, message}}`, and the `error` text of a 200. */
const failure = z.looseObject({
  code: code.optional(),
  message: z.string().optional(),
  error: z.union([z.string(), inner]).nullish(),
  errorMessage: z.string().nullish(),
  errorCode: code.optional(),
});

/**
 * The JSON of an answer. Throws a KaggleError with the server's own words where the call failed, also under a 200. What is
 * no error of Kaggle's (a proxy's page, nothing at all) says nothing about what became of the call.
 */
export function readAnswer(
  call: string,
  status: number,
  body: string,
  retryAfterMs?: number,
): unknown {
  const answer = parse(body);
  const said = failure.safeParse(answer);
  const found = said.success ? reasonIn(said.data, status) : undefined;
  if (status < 400 && found === undefined) {
    if (answer !== undefined) return answer;
    if (body.trim() === "") return {};
  }
  const reason = found?.reason ?? plainReason(status, body);
  const outcome = outcomeOf(status, found !== undefined);
  const kaggleCode = found?.code;
  throw new KaggleError({ call, status, kaggleCode, reason, answer, outcome, retryAfterMs });
}

interface Reason {
  reason: string;
  code: string | undefined;
}

function reasonIn(said: z.output<typeof failure>, status: number): Reason | undefined {
  const { error, errorMessage, errorCode, message } = said;
  if (typeof error === "object" && error !== null)
    return { reason: error.message ?? JSON.stringify(error), code: asText(error.code) };
  const text = error || errorMessage;
  if (text) return { reason: text, code: asText(errorCode ?? said.code) };
  const failed = status >= 400 || (typeof said.code === "number" && said.code >= 400);
  return failed && message ? { reason: message, code: asText(said.code) } : undefined;
}

function asText(value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

/** The words of an answer that is no JSON error: a proxy's page, or nothing. */
function plainReason(status: number, body: string): string {
  const words = body
    .replaceAll(/<(script|style)[^]*?<\/\1>|<[^>]*>/gi, " ")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, 300);
  if (words !== "") return status < 400 ? `the answer is no JSON: ${words}` : words;
  return `the server gave no reason (HTTP ${status})`;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
