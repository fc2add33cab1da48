/** Names of columns without what all of them begin with: of `pred_9` and `pred_10` the classes. */
export function withoutPrefix(names: readonly string[]): string[] {
  const shared = commonPrefix(names);
  return names.map((name) => name.slice(shared));
}

function commonPrefix(names: readonly string[]): number {
  const first = names[0] ?? "";
  let length = 0;
  while (length < first.length && names.every((name) => name[length] === first[length]))
    length += 1;
  const shared = first.slice(0, length);
  // `pred_10` and `pred_11` share `pred_1`, `p10` and `p11` share `p1`, but the labels begin before the digits.
  return shared.lastIndexOf("_") + 1 || shared.replace(/[\d.]+$/, "").length;
}
