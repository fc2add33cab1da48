import { createReadStream } from "node:fs";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import { pipeline } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import type { Exchange, Reply } from "./exchange.ts";
import type { HttpFault } from "./faults.ts";
import { GoogleProblem, problemBody } from "./google-problem.ts";
import type { Operation } from "./operations.ts";
import { type Route, matchRoute } from "./route.ts";
import { requireToken } from "./tokens.ts";
import type { World } from "./world.ts";

/** One line of the request log; `status` is 0 where the connection was cut. */
export interface RequestLine {
  method: string;
  /** Path and query. */
  path: string;
  operation: Operation | undefined;
  status: number;
}

export function serve(world: World, routes: Route[], log: RequestLine[]): Server {
  return createServer((request, response) => {
    void answer(world, routes, log, request, response);
  });
}

async function answer(
  world: World,
  routes: Route[],
  log: RequestLine[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://fake");
  const method = request.method ?? "GET";
  const older = /^\/(storage\/|upload\/|download\/|b\/|b$)/.test(url.pathname);
  const line: RequestLine = {
    method,
    path: url.pathname + url.search,
    operation: undefined,
    status: 0,
  };
  log.push(line);
  // A body that is not read to its end takes the socket from its request.
  const { socket } = request;
  let fault: HttpFault | undefined;
  let reply: Reply;
  try {
    const match = matchRoute(routes, method, url);
    if (match === undefined) throw new GoogleProblem(404, `Not found: ${method} ${url.pathname}`);
    line.operation = match.route.operation;
    fault = world.faults.takeHttp(match.route.operation);
    const exchange: Exchange = {
      request,
      path: url.pathname,
      params: match.params,
      query: url.searchParams,
      fault,
    };
    await faultBefore(fault, request);
    const open = older && world.openStorage && request.headers.authorization === undefined;
    if (match.route.token && !open) requireToken(exchange, world.tokens);
    requireService(world, match.route.service);
    reply = await match.route.handle(exchange);
  } catch (error) {
    if (error instanceof Cut || socket.destroyed) return void socket.destroy();
    reply = problemReply(error, older, fault);
  }
  // A request that was refused early may still be sending its body.
  request.resume();
  if (fault?.kind === "lost-response") return void socket.destroy();
  line.status = reply.status ?? 200;
  await send(reply, response, fault?.kind === "cut-body");
}

/** Thrown where a fault cuts the connection. */
export class Cut extends Error {}

async function faultBefore(fault: HttpFault | undefined, request: IncomingMessage): Promise<void> {
  if (fault?.kind === "slow") await pause(fault.ms);
  if (fault?.kind === "held") await fault.until;
  if (fault?.kind === "lost-request") throw new Cut();
  if (fault?.kind !== "status") return;
  for await (const _ of request);
  const { code, message = "The service is currently unavailable.", status, reason } = fault;
  throw new GoogleProblem(code, message, { status, reason });
}

function requireService(world: World, service: string | undefined): void {
  if (service === undefined || world.services.has(service)) return;
  const link = `https://console.developers.google.com/apis/api/${service}/overview?project=${world.projectNumber}`;
  const message = `${service} has not been used in project ${world.projectNumber} before or it is disabled. Enable it by visiting ${link} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`;
  const metadata = { service, consumer: `projects/${world.projectNumber}` };
  throw new GoogleProblem(403, message, {
    details: [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "SERVICE_DISABLED",
        domain: "googleapis.com",
        metadata,
      },
    ],
  });
}

function problemReply(error: unknown, older: boolean, fault: HttpFault | undefined): Reply {
  if (!(error instanceof GoogleProblem)) {
    // A bug of the fake's: seen by whoever runs the test.
    console.error(error);
    const problem = new GoogleProblem(500, `the fake failed: ${String(error)}`);
    return { status: 500, json: problemBody(problem, older) };
  }
  const after = fault?.kind === "status" ? fault.retryAfter : undefined;
  const headers = after === undefined ? {} : { "retry-after": String(after) };
  if (error.code === 304) return { status: 304, text: "" };
  return { status: error.code, headers, json: problemBody(error, older) };
}

async function send(reply: Reply, response: ServerResponse, cut: boolean): Promise<void> {
  const { status = 200, headers = {}, file } = reply;
  if (file !== undefined) return sendFile({ ...reply, file }, response, cut);
  const text = reply.json === undefined ? (reply.text ?? "") : JSON.stringify(reply.json);
  const body = Buffer.from(text);
  const type =
    reply.json === undefined ? {} : { "content-type": "application/json; charset=UTF-8" };
  response.writeHead(status, { ...type, "content-length": body.length, ...headers });
  if (!cut) return void response.end(body);
  response.write(body.subarray(0, body.length >> 1), () => response.destroy());
}

async function sendFile(
  reply: Reply & { file: NonNullable<Reply["file"]> },
  response: ServerResponse,
  cut: boolean,
): Promise<void> {
  const { path, start, end } = reply.file;
  response.writeHead(reply.status ?? 200, { "content-length": end - start, ...reply.headers });
  const stop = cut ? start + ((end - start) >> 1) : end;
  if (stop > start) {
    const source = createReadStream(path, { start, end: stop - 1 });
    try {
      await pipeline(source, response, { end: false });
    } catch {
      // The reader went away, or the container took the file away while it was read.
      return void response.destroy();
    }
  }
  if (cut) {
    // Lets what was written reach the other side before the reset.
    await pause(20);
    return void response.destroy();
  }
  response.end();
}
