import { ProtocolError, ProtocolErrorCode } from "@modelcontextprotocol/server";
import { UserError } from "../../core/errors/user-error.ts";

/** A UserError as the protocol carries it: the message, and the rest as data. */
export function asProtocolError(error: unknown): unknown {
  if (!(error instanceof UserError)) return error;
  const { code, message, expected, next } = error;
  const said = [message, expected === undefined ? [] : `expected: ${expected}`].flat().join("; ");
  return new ProtocolError(ProtocolErrorCode.InvalidParams, said, {
    code,
    message,
    expected,
    next,
  });
}
