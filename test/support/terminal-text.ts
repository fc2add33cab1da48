/** What a terminal would obey, or would not show: controls but colours, tabs and line feeds, directions, tags. */
export const obeyed = new RegExp(
  String.raw`(?!\u001B\[[\d;]*m)[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B\u200E\u200F\u061C\u2028-\u202E\u2066-\u2069\uFEFF\u{E0000}-\u{E007F}]`,
  "u",
);
