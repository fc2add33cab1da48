/** Controls, invisible format characters and fillers, separators that are no line feed. */
const nothing = String.raw`\p{Cc}\p{Cf}\p{DI}\p{Zl}\p{Zp}`;

/** What of it is meant to be: tab and line feed, joiners, variation selectors of emoji and Mongolian, number signs. */
const meant = String.raw`[\t\n\u034F\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u180B-\u180D\u180F\u200C\u200D\uFE00-\uFE0F\u{110BD}\u{110CD}]`;

/** A character that shows nothing and may turn, hide or command what is shown. What emoji and scripts need is none. */
export const unseen = new RegExp(`(?!${meant})[${nothing}]`, "gu");

/**
 * Any character that shows nothing, tab and line feed apart: what emoji and scripts need too, and private characters. People
 * do not see what is written in them, and a model reads it.
 */
export const anyUnseen = new RegExp(String.raw`(?![\t\n])[${nothing}\p{Co}]`, "gu");
