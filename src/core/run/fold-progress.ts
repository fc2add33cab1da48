export interface FoldProgress {
  fold: number;
  folds: number;
}

/** `fold 2/5 ...` at a line's start, counted from 1; undefined for any other line. */
export function readFoldLine(line: string): FoldProgress | undefined {
  const match = /^fold (\d{1,4})\/(\d{1,4})(?!\d)/i.exec(line);
  if (match === null) return undefined;
  const [fold, folds] = [Number(match[1]), Number(match[2])];
  return fold >= 1 && fold <= folds ? { fold, folds } : undefined;
}

const longestHead = 32;

/** Takes output in pieces cut anywhere and tells of each fold line when it ends. */
export function watchFolds(told: (progress: FoldProgress) => void): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder("latin1");
  let head = "";
  return (chunk) => {
    const lines = (head + decoder.decode(chunk)).split(/[\r\n]/);
    head = lines.pop()!.slice(0, longestHead);
    for (const line of lines) {
      const progress = readFoldLine(line);
      if (progress !== undefined) told(progress);
    }
  };
}
