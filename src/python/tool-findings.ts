import path from "node:path";
import { z } from "zod";
import type { Finding } from "../core/rules/rule.ts";

/** What a tool's own JSON says, as findings. Files come relative to the workspace, `root`. */
export type ReadFindings = (json: string, root: string) => Omit<Finding, "source" | "experiment">[];

const point = z.object({ row: z.int(), column: z.int() });
const ruffSchema = z.array(
  z.object({
    code: z.string().nullable(),
    filename: z.string(),
    message: z.string(),
    location: point,
    end_location: point,
    fix: z.looseObject({ applicability: z.string() }).nullable(),
  }),
);

/** `ruff check --output-format json`. */
export const readRuff: ReadFindings = (json, root) =>
  ruffSchema.parse(JSON.parse(json)).map(({ code, filename, message, fix, ...at }) => ({
    tool: "ruff",
    code: code ?? "invalid-syntax",
    name: null,
    severity: "error",
    message,
    file: path.relative(root, path.resolve(root, filename)),
    line: at.location.row,
    column: at.location.column,
    endLine: at.end_location.row,
    endColumn: at.end_location.column,
    fixable: fix?.applicability === "safe",
  }));

const position = z.object({ line: z.int(), column: z.int() });
const gitlabSchema = z.array(
  z.object({
    check_name: z.string(),
    description: z.string(),
    severity: z.string(),
    location: z.object({
      path: z.string(),
      positions: z.object({ begin: position, end: position }),
    }),
  }),
);

const severities: Record<string, Finding["severity"]> = { info: "note", minor: "warning" };

/** `ty check --output-format gitlab`: GitLab's Code Quality report, the richest JSON that ty prints. */
export const readTy: ReadFindings = (json, root) =>
  gitlabSchema.parse(JSON.parse(json)).map(({ check_name, description, severity, location }) => ({
    tool: "ty",
    code: check_name,
    name: null,
    severity: severities[severity] ?? "error",
    message: description.replace(`${check_name}: `, ""),
    file: path.relative(root, path.resolve(root, location.path)),
    line: location.positions.begin.line,
    column: location.positions.begin.column,
    endLine: location.positions.end.line,
    endColumn: location.positions.end.column,
    fixable: false,
  }));
