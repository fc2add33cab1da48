import { ProtocolError, ProtocolErrorCode } from "@modelcontextprotocol/server";
import { UserError } from "../../core/errors/user-error.ts";
import { errorDocument } from "../shared/error-document.ts";

/** A UserError as the protocol carries it: the message, and the error document as data. */
export function asProtocolError(error: unknown): unknown {
  if (!(error instanceof UserError)) return error;
  const { message, expected } = error;
  const text = expected === undefined ? message : `${message}; expected: ${expected}`;
  return new ProtocolError(ProtocolErrorCode.InvalidParams, text, { ...errorDocument(error) });
}
