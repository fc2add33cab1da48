import { type Call, keyword } from "../python-tree.ts";
import { deep } from "./joining.ts";
import { type Arguments, given, type Machine } from "./machine.ts";
import { Held, type Made, type Value } from "./values.ts";

/** What a training call is shown beside the rows that it learns from. */
function watched({ args, named }: Arguments, from: number): Value[] {
  const words =
    /^(eval_set|valid_sets|evals|validation_data|eval_dataset|val_dataloaders|valid_loader|val_loader|X_val|X_valid|eval_data|tuning_data)$/;
  return [
    ...args.slice(from),
    ...[...named].filter(([name]) => words.test(name)).map(([, value]) => value),
  ];
}

/** Early stopping or a choice of the best model that looks at the rows of the score. */
export function watchesHeld(
  machine: Machine,
  made: Made | undefined,
  of: Value,
  call: Call,
  values: Arguments,
  from = 2,
): void {
  if (made === undefined) return;
  const shown = watched(values, from).filter((value) => (deep(value).rows & Held) !== 0);
  if (shown.length === 0) return;
  const traces = [of, ...given(values)].flatMap((value) => deep(value).traces);
  const asked = traces.find(({ kind }) => kind === "stops");
  const best = keyword(call, "use_best_model");
  const refuses = best?.nodeType === "Constant" && best.value === false;
  const cat = made.name.startsWith("CatBoost") && !refuses;
  const rounds = values.named.get("early_stopping_rounds");
  const isRounds =
    rounds !== undefined && !(rounds.shape.kind === "constant" && rounds.shape.value === null);
  if (asked === undefined && !cat && !isRounds && (best === undefined || refuses)) return;
  const where = asked?.what === "arguments" && asked.at !== undefined ? asked.at : call;
  made.stopped = { file: asked?.what === "arguments" ? asked.file : machine.place, at: where };
}
