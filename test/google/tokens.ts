import { randomBytes } from "node:crypto";
import { type Exchange, type Reply, param } from "./exchange.ts";
import { GoogleProblem } from "./google-problem.ts";
import { type Route, route } from "./route.ts";
import type { World } from "./world.ts";

export interface Tokens {
  give(): { access_token: string; expires_in: number; token_type: string };
  /** Whether the token was given out and is still good. */
  knows(token: string): boolean;
  expire(): void;
}

export function createTokens(seconds: number): Tokens {
  const given = new Map<string, number>();
  return {
    give() {
      const token = `ya29.${randomBytes(24).toString("base64url")}`;
      given.set(token, Date.now() + seconds * 1000);
      return { access_token: token, expires_in: seconds, token_type: "Bearer" };
    },
    knows: (token) => (given.get(token) ?? 0) > Date.now(),
    expire: () => given.clear(),
  };
}

/** Throws Google's 401 unless the request carries a good token of the fake's. */
export function requireToken(exchange: Exchange, tokens: Tokens): void {
  const header = exchange.request.headers.authorization ?? "";
  const token = /^Bearer (.+)$/.exec(header)?.[1];
  if (token !== undefined && tokens.knows(token)) return;
  const credentials =
    "Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";
  const what = header === "" ? "is missing required" : "had invalid";
  throw new GoogleProblem(401, `Request ${what} authentication credentials. ${credentials}`, {
    reason: header === "" ? "required" : "authError",
  });
}

const scopes = ["https://www.googleapis.com/auth/cloud-platform"];

/** The metadata server of a Google machine, as far as Google's auth libraries look at it. */
export function metadataRoutes(world: World): Route[] {
  const { tokens, project, projectNumber, account } = world;
  const self = { aliases: ["default"], email: account, scopes };
  const values: Record<string, () => unknown> = {
    "project/project-id": () => project,
    "project/numeric-project-id": () => projectNumber,
    "universe/universe-domain": () => "googleapis.com",
    "instance/zone": () => `projects/${projectNumber}/zones/us-central1-a`,
    "instance/service-accounts": () => ({ default: self, [account]: self }),
    [`instance/service-accounts/default`]: () => self,
    [`instance/service-accounts/default/email`]: () => account,
    [`instance/service-accounts/default/scopes`]: () => scopes.join("\n"),
    [`instance/service-accounts/default/token`]: () => tokens.give(),
    instance: () => "attributes/\nservice-accounts/\n",
  };
  const read = (exchange: Exchange): Reply => {
    const { headers } = exchange.request;
    if (headers["metadata-flavor"] !== "Google")
      return metadata("Missing Metadata-Flavor:Google header.", 403);
    const name = param(exchange, "name").replace(/\/$/, "").replace(account, "default");
    const value = values[name]?.();
    if (value === undefined) return metadata("Not Found", 404);
    return metadata(value);
  };
  const pattern = /^\/computeMetadata\/v1\/(?<name>.+)$/;
  return [
    { ...route("token", "GET /computeMetadata", read), pattern, token: false },
    { ...route("token", "GET /", detection), token: false },
    { ...route("token", "GET /computeMetadata/", detection), token: false },
  ];
}

function detection(): Reply {
  return metadata("computeMetadata/\n");
}

function metadata(value: unknown, status = 200): Reply {
  const headers = { "metadata-flavor": "Google" };
  if (typeof value !== "string") return { status, headers, json: value };
  return { status, headers: { ...headers, "content-type": "application/text" }, text: value };
}
