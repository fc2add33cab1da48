import { type Exchange, type Reply, allowQuery, readJson } from "./exchange.ts";
import { parseFilter } from "./filter.ts";
import { GoogleProblem, invalid } from "./google-problem.ts";
import type { LogEntry } from "./log-book.ts";
import { type Route, ofService, route } from "./route.ts";
import type { World } from "./world.ts";

export function logRoutes(world: World): Route[] {
  return ofService("logging.googleapis.com", [
    route("logs.list", "POST /v2/entries:list", (exchange) => listEntries(world, exchange)),
  ]);
}

const known = new Set(["resourceNames", "filter", "orderBy", "pageSize", "pageToken"]);

async function listEntries(world: World, exchange: Exchange): Promise<Reply> {
  allowQuery(exchange);
  const body = await readJson(exchange);
  const odd = Object.keys(body).find((name) => !known.has(name));
  if (odd !== undefined) {
    throw invalid(`Invalid JSON payload received. Unknown name "${odd}": Cannot find field.`);
  }
  requireResources(world, body.resourceNames);
  const filter = parseFilter(readText(body, "filter"));
  const order = readText(body, "orderBy") || "timestamp asc";
  if (!/^timestamp( asc| desc)?$/.test(order))
    throw invalid(`order_by '${order}' is not supported`);
  const size = Number(body.pageSize ?? 50);
  if (!Number.isInteger(size) || size < 1) throw invalid("page_size must be positive");
  const found = world.logs.read().filter((entry) => filter((path) => lookup(entry, path)));
  if (order.endsWith("desc")) found.reverse();
  const from = pageStart(readText(body, "pageToken"), found);
  const page = found.slice(from, from + Math.min(size, 1000));
  const last = from + page.length < found.length ? page.at(-1) : undefined;
  return {
    json: {
      ...(page.length > 0 ? { entries: page } : {}),
      ...(last === undefined ? {} : { nextPageToken: encodeToken(last) }),
    },
  };
}

function requireResources(world: World, names: unknown): void {
  if (!Array.isArray(names) || names.length === 0)
    throw invalid("resource_names must not be empty");
  for (const name of names) {
    if (name === `projects/${world.project}` || name === `projects/${world.projectNumber}`)
      continue;
    throw new GoogleProblem(403, "Permission denied for all log views");
  }
  if (world.lacking.has("logging.logEntries.list")) {
    throw new GoogleProblem(403, "Permission denied for all log views");
  }
}

function readText(body: Record<string, unknown>, name: string): string {
  const value = body[name] ?? "";
  if (typeof value === "string") return value;
  throw invalid(`Invalid value at '${name}' (TYPE_STRING), ${JSON.stringify(value)}`);
}

function lookup(entry: LogEntry, path: string): string | undefined {
  let at: unknown = entry;
  for (const name of path.split(".")) at = (at as Record<string, unknown> | undefined)?.[name];
  return at === undefined ? undefined : String(at);
}

/** Behind the entry that the token names, wherever it stands by now. */
function pageStart(token: string, entries: LogEntry[]): number {
  if (token === "") return 0;
  const insertId = Buffer.from(token, "base64url").toString("utf8");
  const at = entries.findIndex((entry) => entry.insertId === insertId);
  if (at < 0) throw invalid("page_token is invalid");
  return at + 1;
}

function encodeToken(entry: LogEntry): string {
  return Buffer.from(entry.insertId).toString("base64url");
}
