import type { RowFacts } from "./joined-oof.ts";
import type { CvEntry } from "./ledger.ts";

/** `partial` of metrics.json: the script validates on part of the rows on purpose. */
export interface DeclaredPart {
  kind: string;
  rows: number;
  of: number;
  why?: string | null | undefined;
}

type PartialFacts = Pick<CvEntry, "rows" | "partial">;

/** Why a declared part is not the part that was validated; undefined where it is. */
export function partialFault(
  { labelled, missing }: Pick<RowFacts, "labelled" | "missing">,
  { rows, of }: DeclaredPart,
): string | undefined {
  const scored = labelled - missing.count;
  if (rows === scored && of === labelled) return undefined;
  return `partial in metrics.json is ${rows} of ${of} rows, but the OOF file has ${scored} of the ${labelled} rows with a target`;
}

/** What a ledger line says of the rows. A part that is the whole is no part. */
export function partialFacts(
  scored: number,
  of: number,
  declared: DeclaredPart | undefined,
): PartialFacts {
  const part = declared !== undefined && scored < of;
  return {
    rows: { scored, of },
    partial: part ? { kind: declared.kind, why: declared.why?.trim() || null } : null,
  };
}

/** How a script says that rows are missing on purpose. */
export function howToDeclare({
  labelled,
  missing,
}: Pick<RowFacts, "labelled" | "missing">): string {
  const rows = labelled - missing.count;
  return `for a score on part of the rows, put into metrics.json: "partial": {"kind": "sample", "rows": ${rows}, "of": ${labelled}}`;
}
