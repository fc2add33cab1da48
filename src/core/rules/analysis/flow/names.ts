import type { Pick } from "./values.ts";

/** A choice of columns without some of them. */
export function exceptThese(pick: Pick, dropped: readonly Pick[] | undefined): Pick {
  if (dropped === undefined) return { ...pick, sure: false };
  const only = dropped.flatMap((one) => one.only ?? []);
  const sure = pick.sure && dropped.every((one) => one.sure && one.only !== undefined);
  return { ...pick, except: [...pick.except, ...only], sure };
}
