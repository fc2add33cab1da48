// A colour code, a line's end, or a character that a terminal takes for a command.
// oxlint-disable-next-line no-control-regex
const special = /\u001B\[[\d;]*m|\r?\n|[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;

/** Text that moves no cursor and renames no window, whatever a script put into its metrics.json. Colours stay. */
export function withoutControls(text: string): string {
  return text.replaceAll(special, (found) => (found.length > 1 || found === "\n" ? found : ""));
}
