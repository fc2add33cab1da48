import { type Exchange, type Reply, param } from "../exchange.ts";
import { invalid } from "../google-problem.ts";
import type { World } from "../world.ts";
import { requireBucket } from "./find-object.ts";
import { objectResource } from "./object-resource.ts";
import { pickFields } from "./pick-fields.ts";

/** Answers objects.list: prefix, delimiter, offsets, pages and partial fields. */
export async function listObjects(world: World, exchange: Exchange): Promise<Reply> {
  const store = world.buckets;
  const bucket = requireBucket(store, param(exchange, "bucket"));
  const { query } = exchange;
  const most = pageSize(query.get("maxResults"));
  const found = select(store.names(bucket), query);
  const after = readPageToken(query.get("pageToken"));
  const rest = after === undefined ? found : found.filter(({ key }) => isAfter(key, after));
  const page = rest.slice(0, most);
  const items = [];
  for (const { key, prefix } of page) {
    const object = prefix ? undefined : store.find(bucket, key);
    if (object !== undefined) items.push(await objectResource(store, object, world.url()));
  }
  const prefixes = page.filter(({ prefix }) => prefix).map(({ key }) => key);
  const last = rest.length > page.length ? page.at(-1) : undefined;
  const answer = {
    kind: "storage#objects",
    ...(last === undefined ? {} : { nextPageToken: Buffer.from(last.key).toString("base64") }),
    ...(prefixes.length > 0 ? { prefixes } : {}),
    ...(items.length > 0 ? { items } : {}),
  };
  return { json: pickFields(answer, query.get("fields")) };
}

interface ListedObjects {
  key: string;
  prefix: boolean;
}

function select(names: string[], query: URLSearchParams): ListedObjects[] {
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const from = query.get("startOffset") ?? "";
  const to = query.get("endOffset") ?? "";
  const trailing = query.get("includeTrailingDelimiter") === "true";
  for (const odd of ["matchGlob", "softDeleted"]) {
    if (query.has(odd)) throw invalid(`the fake does not list with ${odd}`);
  }
  const found: ListedObjects[] = [];
  for (const name of names) {
    if (!name.startsWith(prefix) || isAfter(from, name)) continue;
    if (to !== "" && !isAfter(to, name)) continue;
    const cut = delimiter === "" ? -1 : name.indexOf(delimiter, prefix.length);
    const key = cut < 0 ? name : name.slice(0, cut + delimiter.length);
    if (cut < 0 || (trailing && key === name)) found.push({ key: name, prefix: false });
    if (cut >= 0 && !found.some((one) => one.prefix && one.key === key))
      found.push({ key, prefix: true });
  }
  return found;
}

function isAfter(name: string, other: string): boolean {
  return Buffer.compare(Buffer.from(name), Buffer.from(other)) > 0;
}

function pageSize(text: string | null): number {
  if (text === null) return 1000;
  const size = Number(text);
  if (!Number.isInteger(size) || size < 0) throw invalid(`Invalid value for maxResults: ${text}`);
  return size === 0 ? 1000 : Math.min(size, 1000);
}

function readPageToken(text: string | null): string | undefined {
  if (text === null || text === "") return undefined;
  return Buffer.from(text, "base64").toString("utf8");
}
