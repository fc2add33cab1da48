/**
 * A character that shows nothing and may turn, hide or command what is shown: controls but tab and line feed, marks of
 * direction, separators that are no line feed, invisible format characters and fillers. Joiners, which emoji and some
 * scripts need, variation selectors of emoji and Mongolian, and Arabic number signs are none.
 */
export const unseen =
  /(?![\t\n\u034F\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u180B-\u180D\u180F\u200C\u200D\uFE00-\uFE0F\u{110BD}\u{110CD}])[\p{Cc}\p{Cf}\p{DI}\p{Zl}\p{Zp}]/gu;
