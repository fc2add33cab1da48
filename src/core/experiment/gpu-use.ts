/** Libraries that one uses for the sake of a GPU, by the name that is imported. */
const gpuLibraries = new Set(
  "torch torchvision lightning pytorch_lightning fastai timm transformers sentence_transformers tensorflow keras jax flax cupy cudf cuml".split(
    " ",
  ),
);

const importLine = /^[ \t]*(?:import[ \t]+([\w.]+(?:[ \t]*,[ \t]*[\w.]+)*)|from[ \t]+([\w.]+))/gm;

/** `device="cuda"` of XGBoost, `device_type="gpu"` of LightGBM, `task_type="GPU"` of CatBoost. */
const gpuSetting =
  /\b(?:device|device_type|task_type|tree_method)\b["']?\s*(?::\s*str\s*)?[=:]\s*["']((?:cuda|gpu)[^"']*)["']/i;

/** What in an experiment's Python shows that it uses a GPU, such as `imports torch`; undefined where nothing does. */
export function gpuUse(sources: Iterable<string>): string | undefined {
  for (const source of sources) {
    for (const [, names, from] of source.matchAll(importLine)) {
      const packages = (names ?? from!).split(",").map((name) => name.trim().split(".")[0]!);
      const library = packages.find((name) => gpuLibraries.has(name));
      if (library !== undefined) return `imports ${library}`;
    }
    const setting = gpuSetting.exec(source)?.[1];
    if (setting !== undefined) return `asks for the device ${setting}`;
  }
  return undefined;
}
