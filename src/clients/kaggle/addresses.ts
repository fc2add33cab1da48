/** A competition's pages in a browser: `rules`, `submissions`, ...; without one its first. */
export function competitionPage(slug: string, page = ""): string {
  return `https://www.kaggle.com/competitions/${slug}${page === "" ? "" : `/${page}`}`;
}

/** Where a user makes a token or a key, and verifies the account. */
export const settingsPage = "https://www.kaggle.com/settings";
