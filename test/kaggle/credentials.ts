import { z } from "zod";
import { method, type Methods } from "./method.ts";
import { Refusal } from "./reply.ts";
import type { World } from "./world.ts";

/** Methods that may be called without credentials: how OAuth's are renewed. */
const open = new Set(["users.AccountService/GenerateAccessToken"]);

/** Refuses a request without a token or a key of the account. */
export function authenticate(world: World, name: string, header: string | undefined): void {
  if (open.has(name) || isKnown(world, header)) return;
  throw new Refusal(401, "Unauthenticated", "flat");
}

function isKnown(world: World, header: string | undefined): boolean {
  const [kind, value = ""] = (header ?? "").split(" ");
  if (kind === "Bearer") return world.tokens.has(value);
  return kind === "Basic" && atob(value) === `${world.user}:${world.key}`;
}

export const credentialMethods: Methods = {
  "security.OAuthService/IntrospectToken": method({ token: z.string() }, (world, { token }) => {
    const username = world.tokens.has(token) ? world.user : "";
    return { active: username !== "", username, userId: 1, scope: "resources.admin:*" };
  }),
  "users.AccountService/GenerateAccessToken": method(
    {
      refreshToken: z.string(),
      apiVersion: z.string().optional(),
      expirationDuration: z.string().optional(),
    },
    (world, request) => {
      if (request.refreshToken !== world.refreshToken)
        throw new Refusal(401, "Invalid refresh token");
      const token = `KGAT_${world.nextId()}`;
      world.tokens.add(token);
      return { token, expiresIn: 43_200, userName: world.user, userId: 1 };
    },
  ),
};
