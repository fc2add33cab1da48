import type { Exchange, Reply } from "./exchange.ts";
import type { Operation } from "./operations.ts";

export interface Route {
  operation: Operation;
  method: string;
  pattern: RegExp;
  /** The API that the project must have enabled. */
  service?: string | undefined;
  /** Only for queries with `alt=media`. */
  media?: boolean;
  /** False where a call needs no access token. */
  token: boolean;
  handle(exchange: Exchange): Reply | Promise<Reply>;
}

type Handle = Route["handle"];

/**
 * A route from `"GET /v1/projects/{project}"`: `{name}` is one part of the path without a colon, `{name*}` one part
 * with whatever is in it.
 */
export function route(operation: Operation, line: string, handle: Handle): Route {
  const [method = "", template = ""] = line.split(" ");
  const source = template
    .replaceAll(/[.?+()]/g, String.raw`\$&`)
    .replaceAll(/\{(\w+)\*\}/g, "(?<$1>[^/]+)")
    .replaceAll(/\{(\w+)\}/g, "(?<$1>[^/:]+)");
  return { operation, method, pattern: new RegExp(`^${source}$`), token: true, handle };
}

/** The same routes, behind an API that can be disabled. */
export function ofService(service: string, routes: Route[]): Route[] {
  return routes.map((one) => ({ ...one, service }));
}

export interface Match {
  route: Route;
  params: Record<string, string>;
}

export function matchRoute(routes: Route[], method: string, url: URL): Match | undefined {
  const media = url.searchParams.get("alt") === "media";
  for (const one of routes) {
    const found = one.method === method ? one.pattern.exec(url.pathname) : null;
    if (found === null || (one.media === true && !media)) continue;
    const groups = Object.entries(found.groups ?? {});
    const params = Object.fromEntries(groups.map(([key, text]) => [key, decodeURIComponent(text)]));
    return { route: one, params };
  }
  return undefined;
}
