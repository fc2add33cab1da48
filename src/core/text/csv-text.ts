/** Rows as CSV (RFC 4180, but lines end in a newline alone); null is an empty field. */
export function formatCsv(
  rows: readonly (readonly (string | number | boolean | null)[])[],
): string {
  return rows.map((row) => `${row.map(formatField).join(",")}\n`).join("");
}

function formatField(value: string | number | boolean | null): string {
  const text = value === null ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
