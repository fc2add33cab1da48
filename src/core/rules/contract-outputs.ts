import {
  type Code,
  type ExperimentSource,
  oncePerSource,
  ownTarget,
  reachable,
  trainingFiles,
  withHelpers,
} from "./experiment-source.ts";
import { bareFileNames, namesPlace } from "./file-names.ts";
import { calledName, identifiers, strings, walk, walkKind } from "./python-tree.ts";
import type { Found, Rule } from "./rule.ts";
import type { IndexedFile } from "./source-index.ts";

/** Something a run must leave in artifact_dir, known by its name. */
interface Output {
  /** In the text of a file name. */
  name: RegExp;
  /** A call, or a name used, that makes such a thing too. */
  made?: RegExp;
  what: string;
  /** Where it belongs, by default artifact_dir. */
  folder?: string;
}

/** Nothing that looks like it anywhere, or written beside the script in place of artifact_dir. */
function findOutput(source: ExperimentSource, output: Output): Found[] {
  const files = trainingFiles(source);
  const { train } = source;
  if (train === undefined) return [];
  const bare = files.flatMap((file) => bareWrites(file, output));
  if (bare.length > 0) return bare;
  if (runningCode(source).some((code) => mentions(source, code, output))) return [];
  return [{ file: train, message: `no ${output.what} is written to artifact_dir` }];
}

function bareWrites(
  file: IndexedFile,
  { name, folder = "artifact_dir" }: Omit<Output, "what">,
): Found[] {
  const found: Found[] = [];
  for (const { text, node, call } of bareFileNames(file)) {
    if (!name.test(text) || /^(read|scan|load)/.test(calledName(call)) || namesPlace(text))
      continue;
    const message = `"${text}" goes to the working directory, not to ${folder}`;
    found.push({ file, at: node, message });
  }
  return found;
}

const isHarness = (file: IndexedFile) => file.name.startsWith("harness/");

/** The training files whole; of harness/, which holds more than a script may use, what is called from the others. */
const runningCode = oncePerSource((source): readonly Code[] => {
  const own = trainingFiles(source)
    .filter((file) => !isHarness(file))
    .flatMap((file) => file.tree.body.map((node) => ({ file, node })));
  return [...own, ...reachable(source, own).filter(({ file }) => isHarness(file))];
});

/** What only looks for a file, or takes it away, does not write it. */
const writesNothing = /^(unlink|remove|exists|is_file|read_\w+|load|loads)$/;

function mentions(source: ExperimentSource, { file, node }: Code, { name, made }: Output): boolean {
  const calls = [...walkKind(node, "Call")];
  const aside = new Set(
    calls.filter((call) => writesNothing.test(calledName(call))).flatMap((call) => walk(call)),
  );
  for (const one of strings(node)) if (name.test(one.text) && !aside.has(one.node)) return true;
  // A function of the experiment's own is looked into: its name promises nothing.
  return (
    made !== undefined &&
    calls.some((call) => made.test(calledName(call)) && ownTarget(source, file, call) === undefined)
  );
}

export const metricsFile: Rule = {
  summary: "train.py writes metrics.json to artifact_dir",
  why: "The CV score is recorded from it and from nothing else.",
  mend: 'Write cv_score, fold_scores, metric, direction and config to settings.artifact_dir / "metrics.json".',
  severity: "error",
  bad: `print(f"CV {cv_score:.4f}")`,
  good: `(settings.artifact_dir / "metrics.json").write_text(json.dumps(metrics))`,
  find: (source) =>
    findOutput(source, {
      name: /metrics\.json$|\{\}\.json$/,
      made: /metrics_(json|file)|(save|write|dump)_metrics/i,
      what: "metrics.json",
    }),
};

export const oofFile: Rule = {
  summary: "train.py writes its out-of-fold predictions to artifact_dir",
  why: "They give the score again, and without them no two experiments can be blended or compared by row.",
  mend: 'Write id, target, prediction and fold to settings.artifact_dir / "oof.csv".',
  severity: "warning",
  bad: `print(roc_auc_score(y, oof))`,
  good: `table.write_csv(settings.artifact_dir / "oof.csv")`,
  find: (source) =>
    findOutput(source, {
      name: /\boof[\w{}-]*\.(csv|parquet|npy|npz|feather|pkl|pickle|json|arrow)|out.of.fold|_oof\b.*\./i,
      made: /(save|write|dump)_?\w*oof|oof_?\w*(save|write)/i,
      what: "out-of-fold file",
    }),
};

export const plotFile: Rule = {
  summary: "train.py leaves plots of its out-of-fold predictions in artifact_dir",
  why: "A score hides where a model is wrong; a scatter, residuals, a confusion matrix or a calibration curve show it.",
  mend: 'Draw predictions against the truth and savefig(settings.artifact_dir / "....png").',
  severity: "warning",
  bad: `plt.show()`,
  good: `figure.savefig(settings.artifact_dir / "confusion_matrix.png")`,
  find: (source) =>
    findOutput(source, {
      name: /\.(png|svg|pdf|jpe?g|html)$/i,
      made: /^(savefig|write_image|write_html|save_plots?|save_fig\w*)$|plot_oof|log_figure/i,
      what: "plot",
    }),
};

const submissionOutput: Omit<Output, "what"> = {
  name: /submission[\w{}]*\.(csv|parquet)$|^sub(\w*)\.csv$/i,
  folder: "output_dir",
};

export const submissionFile: Rule = {
  summary: "inference.py writes the submission to output_dir",
  why: "output_dir is where `submit` looks, and on Kaggle it is /kaggle/working.",
  mend: 'Write to settings.output_dir / "submission.csv".',
  severity: "error",
  bad: `submission.to_csv("submission.csv", index=False)`,
  good: `submission.to_csv(settings.output_dir / "submission.csv", index=False)`,
  find(source) {
    const { inference } = source;
    if (inference === undefined) return [];
    const files = withHelpers(source, inference, ["settings.py"]);
    const bare = files.flatMap((file) => bareWrites(file, submissionOutput));
    if (bare.length > 0) return bare;
    if (source.project.is_code_competition || files.some(mayWriteSubmission)) return [];
    return [{ file: inference, message: "inference.py writes no submission to output_dir" }];
  },
};

function mayWriteSubmission(file: IndexedFile): boolean {
  if (identifiers(file.tree).has("output_dir")) return true;
  for (const { text } of strings(file.tree))
    if (/submission/i.test(text) && /\.\w+$/.test(text)) return true;
  return false;
}
