import type { RuleCode } from "./codes.ts";
import { tunableInConfig } from "./contract/constant-outside-config.ts";
import {
  debugCutsEpochs,
  debugIsolated,
  debugLimitsData,
  debugTag,
} from "./contract/debug-overwrites-artifacts.ts";
import {
  inferenceMain,
  mainWithDebug,
  predictFromTrain,
  predictInTrain,
  threeFiles,
  tyroUnderGuard,
} from "./contract/missing-tyro-cli.ts";
import { metricsFile, oofFile, plotFile, submissionFile } from "./analysis/run-outputs.ts";
import { literalPaths, settingsClasses } from "./contract/missing-settings-class.ts";
import { experimentName, trackingInTrain } from "./contract/wrong-experiment-name.ts";
import { earlyStoppingSaid } from "./leak/early-stopping-on-scored-fold.ts";
import { fittedInFold, joinedBeforeFit, targetEncoding } from "./analysis/early-fits.ts";
import { splitterSeesGroups } from "./leak/group-or-time-leak.ts";
import { featureFromTarget } from "./leak/feature-from-target.ts";
import {
  noInstall,
  noModelHub,
  noNetwork,
  noTrainData,
  offlinePaths,
} from "./offline/model-hub-in-inference.ts";
import { featurePrefix, rawColumnsKept } from "./analysis/made-columns.ts";
import {
  encodersLoaded,
  sameColumns,
  sameConfig,
  sameFeatures,
  samePredict,
} from "./parity/encoder-not-loaded.ts";
import { modelSeed, numpySeed, splitterSeed, torchSeed } from "./analysis/seeds.ts";
import { stratifiedGroups, timeInOrder } from "./reproducibility/shuffled-time-series.ts";
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
  XF109: metricsFile,
  XF110: oofFile,
  XF111: plotFile,
  XF112: debugIsolated,
  XF113: debugLimitsData,
  XF114: debugCutsEpochs,
  XF115: debugTag,
  XF116: submissionFile,
  XF117: literalPaths,
  XF118: settingsClasses,
  XF201: fittedInFold,
  XF202: targetEncoding,
  XF203: joinedBeforeFit,
  XF204: featureFromTarget,
  XF205: splitterSeesGroups,
  XF206: earlyStoppingSaid,
  XF301: splitterSeed,
  XF302: modelSeed,
  XF303: numpySeed,
  XF304: torchSeed,
  XF305: stratifiedGroups,
  XF306: timeInOrder,
  XF401: noNetwork,
  XF402: noInstall,
  XF403: noModelHub,
  XF404: offlinePaths,
  XF405: noTrainData,
  XF501: sameFeatures,
  XF502: encodersLoaded,
  XF503: sameConfig,
  XF504: sameColumns,
  XF505: samePredict,
  XF506: featurePrefix,
  XF507: rawColumnsKept,
} as const satisfies Record<RuleCode, Rule>;
