import { mask } from "./mask.ts";
import { allSpellings } from "./spellings.ts";

/** Masks values in a stream of bytes, also where a value comes in several pieces. */
export interface StreamMasker {
  /** What can be shown by now of what came. */
  feed(piece: Uint8Array): Uint8Array;
  /** The rest, when nothing follows. */
  end(): Uint8Array;
}

/** What is masked of `values`, in every spelling (spellings.ts), the longest first. */
export function patternsOf(values: readonly string[]): Buffer[] {
  return allSpellings(values)
    .map((text) => Buffer.from(text))
    .toSorted((a, b) => b.length - a.length);
}

/** Writes as many asterisks over values, so that no byte changes its place. */
export function maskInPlace(text: Buffer, patterns: readonly Buffer[]): void {
  for (const { start, end } of spansOf(text, patterns)) text.fill("*", start, end);
}

/** Masks `values` in what comes piece by piece. */
export function makeStreamMasker(values: readonly string[]): StreamMasker {
  const patterns = patternsOf(values);
  let held: Buffer = Buffer.alloc(0);
  const show = (text: Buffer, end: number): Uint8Array => {
    const shown: Buffer[] = [];
    let at = 0;
    for (const span of spansOf(text, patterns)) {
      if (span.start >= end) break;
      shown.push(text.subarray(at, span.start), Buffer.from(mask));
      at = span.end;
    }
    const rest = Math.max(at, end);
    shown.push(text.subarray(at, rest));
    held = text.subarray(rest);
    return Buffer.concat(shown);
  };
  return {
    feed(piece) {
      const text = Buffer.concat([held, piece]);
      return show(text, text.length - begun(text, patterns));
    },
    end() {
      return show(held, held.length);
    },
  };
}

interface Span {
  start: number;
  end: number;
}

/** Where values stand, in order; of those that overlap one, as long as all. */
function spansOf(text: Buffer, patterns: readonly Buffer[]): Span[] {
  const found: Span[] = [];
  for (const pattern of patterns)
    for (let at = text.indexOf(pattern); at !== -1; at = text.indexOf(pattern, at + 1))
      found.push({ start: at, end: at + pattern.length });
  const merged: Span[] = [];
  for (const span of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1);
    if (last !== undefined && span.start < last.end) last.end = Math.max(last.end, span.end);
    else merged.push(span);
  }
  return merged;
}

/** Length of the longest end of the text with which a value begins. */
function begun(text: Buffer, patterns: readonly Buffer[]): number {
  let longest = 0;
  for (const pattern of patterns) {
    for (let length = Math.min(pattern.length - 1, text.length); length > longest; length -= 1) {
      if (text.subarray(text.length - length).equals(pattern.subarray(0, length))) longest = length;
    }
  }
  return longest;
}
