/** Kaggle's limit for titles and slugs. */
const longest = 50;

/** A title as it is in addresses: lower case, everything but letters and digits a hyphen. */
export function slugify(title: string): string {
  return title
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
}

/**
 * Cut to `most` characters in the middle, since names of competitions differ at their ends (a season, a number). A name
 * that fits stays as it is.
 */
function shorten(name: string, most: number): string {
  if (name.length <= most) return name;
  const end = Math.floor(most / 3);
  return `${name.slice(0, most - end - 1)}-${name.slice(-end)}`;
}

export interface KaggleNames {
  /** `slug` is the title's, as Kaggle wants it. */
  notebook: { title: string; slug: string };
  /** The kernel that fetches wheels; one for the competition. */
  deps: { title: string; slug: string };
  /** The model all experiments of the competition are variations of. */
  model: { title: string; slug: string };
  /** The experiment's variation of the model. */
  variation: string;
}

/** What an experiment's things are called on Kaggle, none longer than Kaggle allows. */
export function kaggleNames(competition: string, experiment: string): KaggleNames {
  const titled = (ending: string) => {
    const title = `${shorten(competition, longest - ending.length - 1)} ${ending}`;
    return { title, slug: slugify(title) };
  };
  return {
    notebook: titled(experiment),
    deps: titled("deps"),
    model: titled("crossfold"),
    variation: slugify(experiment),
  };
}
