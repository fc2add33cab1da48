// The scores that the words of `counted` stand for.

/** Asks the oracle about the OOF files that the trainings of a case left. */
export class TrueScores {
  #trainings;
  #one;
  #ask;

  constructor(trainings, one, ask) {
    this.#trainings = trainings;
    this.#one = one;
    this.#ask = ask;
  }

  /** The score of a training's own OOF, joined to the data as it was when it started; `error` where there is none. */
  async of(name) {
    const training = this.#trainings.get(name);
    if (training === undefined) return { error: `there was no run ${name}` };
    const line = training.lines.at(-1);
    const read = await this.#read(training, line?.cv_is === "fold_mean");
    if (read.error === undefined) return read;
    // A run that is only there to be copied from may have left nothing that the oracle can read.
    return name === "main" || line === undefined ? read : { score: line.score };
  }

  async #read({ oof, columns, truth }, mean) {
    const given = { ...this.#one, oof: columns ?? this.#one.oof };
    if (oof === undefined || given.oof === undefined) return { error: "no OOF file was left" };
    const answer = await this.#ask(truth, given, oof, mean);
    return mean && answer.error === undefined ? { ...answer, score: answer.mean } : answer;
  }
}

/** Whether two scores are the same within a relative tolerance; nothing is only the same as nothing. */
export function sameScore(value, score, tolerance = 1e-6) {
  if (value === null || score === null || score === undefined) return value === score;
  return Math.abs(value - score) <= tolerance * Math.abs(score) + 1e-12;
}
