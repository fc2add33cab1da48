import { z } from "zod";
import type { Google } from "./open-google.ts";

const entrySchema = z.looseObject({
  insertId: z.string().default(""),
  /** RFC 3339. */
  timestamp: z.string().default(""),
  severity: z.string().default("DEFAULT"),
  textPayload: z.string().optional(),
  jsonPayload: z.looseObject({ message: z.string().optional() }).optional(),
});

const pageSchema = z.looseObject({
  entries: z.array(entrySchema).default([]),
  nextPageToken: z.string().default(""),
});

export interface LogEntry {
  insertId: string;
  timestamp: string;
  severity: string;
  text: string;
}

/**
 * What Cloud Logging holds of one job since a time (RFC 3339), oldest first. Entries arrive late and out of order, so
 * ask again from a while before the last one: those whose insertId is in `seen` are left out, new ones are added to it.
 */
export async function listLogEntries(
  google: Google,
  job: { project: string; jobId: string; since?: string | undefined },
  seen: Set<string> = new Set(),
): Promise<LogEntry[]> {
  const found: LogEntry[] = [];
  for (let pageToken: string | undefined; pageToken !== "";) {
    const page = await google.request(pageSchema, {
      api: "logging",
      method: "POST",
      path: "/v2/entries:list",
      repeatable: true,
      body: {
        resourceNames: [`projects/${job.project}`],
        filter: filterOf(job),
        orderBy: "timestamp asc",
        pageSize: 1000,
        ...(pageToken === undefined ? {} : { pageToken }),
      },
    });
    for (const entry of page.entries) {
      if (entry.insertId !== "" && seen.has(entry.insertId)) continue;
      seen.add(entry.insertId);
      found.push(logEntry(entry));
    }
    pageToken = page.nextPageToken;
  }
  return found;
}

function filterOf({ jobId, since }: { jobId: string; since?: string | undefined }): string {
  const job = `resource.type="ml_job" AND resource.labels.job_id="${jobId}"`;
  return since === undefined ? job : `${job} AND timestamp>="${since}"`;
}

function logEntry({
  insertId,
  timestamp,
  severity,
  ...entry
}: z.output<typeof entrySchema>): LogEntry {
  const text = entry.textPayload ?? entry.jsonPayload?.message ?? "";
  return { insertId, timestamp, severity, text };
}
