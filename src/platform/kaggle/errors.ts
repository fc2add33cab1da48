import type { KaggleError } from "../../clients/kaggle/kaggle-error.ts";
import { UserError } from "../../core/errors/user-error.ts";

/** The competition's pages for people. */
export function competitionPage(slug: string, page = ""): string {
  return `https://www.kaggle.com/competitions/${slug}${page === "" ? "" : `/${page}`}`;
}

/** What Kaggle refused a submission or a look at the competition for, with its own words and what to do. */
export function explainRefusal(error: KaggleError, slug: string): UserError {
  const { status, reason } = error;
  const details = { code: error.code, message: error.message };
  if (/limit|maximum number|too many submissions|daily/i.test(reason) && status !== 429)
    return limitReached(slug, reason, error);
  if (/closed|deadline|ended|no longer accept|not accepting|disabled/i.test(reason))
    return new UserError(
      {
        code: "kaggle-closed",
        message: `${slug} takes no submission: ${reason}`,
        next: `look at ${competitionPage(slug)}`,
      },
      { cause: error },
    );
  if (status === 403)
    return new UserError(
      {
        ...details,
        expected: `rules accepted on ${competitionPage(slug, "rules")} (and a verified account, where Kaggle asks for one), and the competition's slug as competition_name in project.yml`,
        next: `open ${competitionPage(slug, "rules")} in a browser, accept, and run the same command again`,
      },
      { cause: error },
    );
  if (status === 404)
    return new UserError(
      {
        ...details,
        expected: `competition_name in project.yml to be the slug of ${competitionPage("SLUG")}`,
        next: `open ${competitionPage(slug)}: is it there?`,
      },
      { cause: error },
    );
  return error;
}

export function limitReached(slug: string, reason: string, cause?: unknown): UserError {
  return new UserError(
    {
      code: "submission-limit",
      message: `nothing was handed in: ${reason}`,
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
    expected: "a person who reads and accepts them in a browser",
    next: `open ${competitionPage(slug, "rules")}, accept, and run the same command again`,
  });
}
