import { competitionPage } from "../../clients/kaggle/addresses.ts";
import { explainRefusal } from "../../clients/kaggle/competition-refusal.ts";
import { KaggleError } from "../../clients/kaggle/kaggle-error.ts";
import { UserError } from "../../core/errors/user-error.ts";

/** What Kaggle refused a submission or a look at the competition for, with its own words and what to do. */
export function explainSubmission(error: unknown, slug: string): unknown {
  if (!(error instanceof KaggleError) || error.outcome !== "refused") return error;
  const { status, reason } = error;
  if (/limit|maximum number|too many submissions|daily/i.test(reason) && status !== 429)
    return limitReached(slug, reason, error);
  if (/closed|deadline|ended|no longer accept|not accepting|disabled/i.test(reason))
    return new UserError(
      {
        code: "kaggle-closed",
        message: `${slug} does not accept submissions: ${reason}`,
        next: `look at ${competitionPage(slug)}`,
      },
      { cause: error },
    );
  return explainRefusal(error, slug);
}

export function limitReached(slug: string, reason: string, cause?: unknown): UserError {
  return new UserError(
    {
      code: "submission-limit",
      message: `nothing was submitted: ${reason}`,
      expected: "a submission left; the day begins at 00:00 UTC",
      next: `submit it tomorrow, or look at ${competitionPage(slug, "submissions")}`,
    },
    { cause },
  );
}

export function rulesNotAccepted(slug: string): UserError {
  return new UserError({
    code: "kaggle-rules",
    message: `the rules of ${slug} have not been accepted with this account`,
    expected: "a user who reads and accepts them in a browser",
    next: `open ${competitionPage(slug, "rules")}, accept, and run the same command again`,
  });
}
