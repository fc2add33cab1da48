import type { Faults } from "./faults.ts";

export interface LogEntry {
  insertId: string;
  logName: string;
  resource: { type: string; labels: Record<string, string> };
  timestamp: string;
  receiveTimestamp: string;
  severity: string;
  textPayload?: string;
  jsonPayload?: Record<string, unknown>;
  labels: Record<string, string>;
}

export interface LogLine {
  project: string;
  job: string;
  /** `workerpool0-0` for the container, `service` for Vertex AI itself. */
  task: string;
  severity: "INFO" | "ERROR" | "DEFAULT";
  text: string;
}

export interface LogBook {
  write(line: LogLine): void;
  /** What can be read by now, in the order of the timestamps. */
  read(): LogEntry[];
}

/** Log entries; each has a timestamp of its own, and a late one can be read only after a while. */
export function createLogBook(faults: Faults): LogBook {
  const entries: { entry: LogEntry; from: number }[] = [];
  let clock = 0;
  const nextMicrosecond = (): number => {
    clock = Math.max(clock + 1, Date.now() * 1000);
    return clock;
  };
  return {
    write({ project, job, task, severity, text }) {
      const micros = nextMicrosecond();
      const late = faults.takeLog()?.ms ?? 0;
      const from = Date.now() + late;
      const entry: LogEntry = {
        insertId: `${micros.toString(36)}${entries.length.toString(36)}`,
        logName: `projects/${project}/logs/${task}`,
        resource: { type: "ml_job", labels: { job_id: job, project_id: project, task_name: task } },
        timestamp: timestampOf(micros),
        receiveTimestamp: new Date(from).toISOString(),
        severity,
        ...payloadOf(text),
        labels: { "ml.googleapis.com/job_id/log_area": "root" },
      };
      entries.push({ entry, from });
    },
    read: () => entries.filter(({ from }) => from <= Date.now()).map(({ entry }) => entry),
  };
}

/** Nine digits behind the point, as Cloud Logging writes them. */
function timestampOf(micros: number): string {
  const second = new Date(Math.floor(micros / 1_000_000) * 1000).toISOString().slice(0, 19);
  return `${second}.${String(micros % 1_000_000).padStart(6, "0")}000Z`;
}

/** A line that is a JSON object becomes a structured entry. */
function payloadOf(text: string): Pick<LogEntry, "textPayload" | "jsonPayload"> {
  if (!text.startsWith("{")) return { textPayload: text };
  try {
    return { jsonPayload: JSON.parse(text) as Record<string, unknown> };
  } catch {
    return { textPayload: text };
  }
}
