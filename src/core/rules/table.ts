import type { RuleCode } from "./codes.ts";
import { tunableInConfig } from "./contract-config.ts";
import {
  inferenceMain,
  mainWithDebug,
  predictFromTrain,
  predictInTrain,
  threeFiles,
  tyroUnderGuard,
} from "./contract-entry.ts";
import { experimentName, trackingInTrain } from "./contract-tracking.ts";
import type { Rule } from "./rule.ts";

/** Every rule by its code: XF1xx contract, XF2xx leaks, XF3xx reproducibility, XF4xx offline inference, XF5xx parity. */
export const rules = {
  XF100: threeFiles,
  XF101: mainWithDebug,
  XF102: tyroUnderGuard,
  XF103: predictInTrain,
  XF104: predictFromTrain,
  XF105: inferenceMain,
  XF106: trackingInTrain,
  XF107: experimentName,
  XF108: tunableInConfig,
} as const satisfies Record<RuleCode, Rule>;
