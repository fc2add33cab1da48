import { setTimeout as sleep } from "node:timers/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { blobMethods } from "./blob-methods.ts";
import { codeSubmissionMethods } from "./code-submission-methods.ts";
import { competitionMethods } from "./competition-methods.ts";
import { authenticate, credentialMethods } from "./credentials.ts";
import { datasetMethods } from "./dataset-methods.ts";
import { faultReply, type Fault, type Faults } from "./faults.ts";
import { kernelMethods } from "./kernel-methods.ts";
import { leaderboardMethods } from "./leaderboard-methods.ts";
import { logStream } from "./log-stream.ts";
import type { Methods } from "./method.ts";
import { modelMethods } from "./model-methods.ts";
import { jsonReply, Refusal, refusalReply, withoutDefaults, type Reply } from "./reply.ts";
import { withUnknownFields, withUnknownStates } from "./strange-values.ts";
import { submissionMethods } from "./submission-methods.ts";
import { breakConnection, readBody, sendReply } from "./wire.ts";
import type { World } from "./world.ts";

/** How answers are written. */
export interface AnswerStyle {
  unknownFields: boolean;
  unknownStates: boolean;
}

const methods: Methods = {
  ...credentialMethods,
  ...competitionMethods,
  ...submissionMethods,
  ...codeSubmissionMethods,
  ...leaderboardMethods,
  ...blobMethods,
  ...kernelMethods,
  ...modelMethods,
  ...datasetMethods,
};

const pageReply: Reply = {
  status: 200,
  headers: { "Content-Type": "text/html" },
  body: Buffer.from("<html><title>Proxy</title><p>Please wait</p></html>"),
};

/** Answers one call of a method; gives back the status that went out, 0 for none. */
export function makeApi(world: World, faults: Faults, style: AnswerStyle) {
  const lastReplies = new Map<string, Reply>();

  return async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<number> => {
    const name = callName(url);
    const body = await readBody(request);
    const fault = faults.take(name.split("/").at(-1)!);
    if (fault?.kind === "slow") await sleep(fault.ms);
    if (fault?.kind === "broken-connection") return broken(response);
    const reply = await replyTo(url, name, request, body, fault);
    if (fault?.kind === "lost-response") return broken(response);
    if (fault?.kind === "page") {
      await sendReply(response, pageReply);
      return pageReply.status;
    }
    await sendReply(response, reply, fault?.kind === "cut-body" ? (fault.at ?? 0.5) : undefined);
    return reply.status;
  };

  async function replyTo(
    url: URL,
    name: string,
    request: IncomingMessage,
    body: Buffer,
    fault: Fault | undefined,
  ): Promise<Reply> {
    const injected = faultReply(fault);
    if (injected !== undefined) return injected;
    if (fault?.kind === "stale") {
      return lastReplies.get(name) ?? refusalReply(new Refusal(404, "Not found"));
    }
    const reply = await attempt(() => call(url, name, request, body));
    lastReplies.set(name, reply);
    return reply;
  }

  async function call(
    url: URL,
    name: string,
    request: IncomingMessage,
    body: Buffer,
  ): Promise<Reply> {
    authenticate(world, name, request.headers.authorization);
    const stream = request.method === "GET" ? logStream(world, url) : undefined;
    if (stream !== undefined) return stream;
    const method = methods[name];
    if (method === undefined || request.method !== "POST")
      throw new Refusal(404, "NotFound", "flat");
    const answer = await method.answer(world, parseRequest(request, body));
    return "reply" in answer ? (answer.reply as Reply) : jsonReply(write(answer, style));
  }
}

/** "package.Service/Method", or "LogStream". */
export function callName(url: URL): string {
  const path = url.pathname.replace(/^\/(?:api\/)?v1\//, "");
  return path.startsWith("kernels/logs/stream/") ? "LogStream" : path;
}

async function attempt(work: () => Promise<Reply>): Promise<Reply> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return refusalReply(error);
    return refusalReply(new Refusal(500, `The stand-in failed: ${(error as Error).stack}`));
  }
}

function parseRequest(request: IncomingMessage, body: Buffer): unknown {
  if (!(request.headers["content-type"] ?? "").startsWith("application/json")) {
    throw new Refusal(415, "Content-Type must be application/json");
  }
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new Refusal(400, "The request is not JSON");
  }
}

function write(answer: unknown, style: AnswerStyle): unknown {
  const states = style.unknownStates ? withUnknownStates(answer) : answer;
  return withoutDefaults(style.unknownFields ? withUnknownFields(states) : states);
}

function broken(response: ServerResponse): number {
  breakConnection(response);
  return 0;
}
