/** `20261123-011530-exp002-k3f9`; characters of the subject that an id cannot hold become `-`. */
export function makeRunId(at: Date, subject: string, random: string): string {
  const [day = "", time = ""] = at.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").split("T");
  return `${day}-${time}-${subject.replaceAll(/[^A-Za-z0-9_.-]/g, "-") || "run"}-${random}`;
}
