import { UserError } from "../../core/errors/user-error.ts";
import { competitionPage, settingsPage } from "./addresses.ts";
import { KaggleError } from "./kaggle-error.ts";

/**
 * What a 403 or a 404 for a competition means to a user: rules not accepted, or a name that is none (Kaggle says the
 * same of what is not there and what may not be seen). Any other error as it is.
 */
export function explainRefusal(error: unknown, slug: string): unknown {
  if (!(error instanceof KaggleError)) return error;
  const { status, reason } = error;
  if (status !== 403 && status !== 404) return error;
  const { message } = error;
  if (/\brules?\b|\baccept/i.test(reason)) {
    const next = `open ${competitionPage(slug, "rules")} in a browser, accept the rules, then run the same command again`;
    return new UserError({ code: "kaggle-rules", message, next }, { cause: error });
  }
  if (/verif/i.test(reason)) {
    const next = `verify your account at ${settingsPage}, then run the same command again`;
    return new UserError({ code: "kaggle-verify", message, next }, { cause: error });
  }
  const expected = `a competition that you may see: ${slug} may be mistyped, private, or its rules not accepted`;
  const next = `open ${competitionPage(slug, "rules")} in a browser`;
  return new UserError({ code: "kaggle-competition", message, expected, next }, { cause: error });
}
