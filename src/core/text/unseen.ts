/** What of it is meant to be: tab and line feed, joiners, variation selectors of emoji and Mongolian, number signs. */
const meant = String.raw`[\t\n\u034F\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u180B-\u180D\u180F\u200C\u200D\uFE00-\uFE0F\u{110BD}\u{110CD}]`;

/**
 * A character that shows nothing and may turn, hide or command what is shown: controls, marks of direction, separators
 * that are no line feed, invisible format characters and fillers. What emoji and scripts need is none.
 */
export const unseen = new RegExp(String.raw`(?!${meant})[\p{Cc}\p{Cf}\p{DI}\p{Zl}\p{Zp}]`, "gu");
