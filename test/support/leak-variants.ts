import { readSource } from "../../src/python/source-tree.ts";
import { leakFindings } from "./leak-corpus.ts";

const imports = `import numpy as np
import pandas as pd
import polars as pl
import lightgbm as lgb
import xgboost as xgb
import torch
from catboost import CatBoostClassifier, Pool
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest, mutual_info_classif
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import f1_score, log_loss, roc_auc_score
from sklearn.model_selection import (
    GroupKFold, KFold, StratifiedKFold, cross_val_predict, cross_val_score, cross_validate, train_test_split,
)
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler, TargetEncoder
`;

/** Lines that carry `# XF202`, and what check finds there, notes left out. */
export function compare(code: string): { expected: string[]; found: string[] } {
  const text = `${imports}${code}\n`;
  const expected = text.split("\n").flatMap((line, at) => {
    const codes = / # (XF\d{3}(?: XF\d{3})*)$/.exec(line)?.[1];
    return codes === undefined ? [] : codes.split(" ").map((one) => `${at + 1} ${one}`);
  });
  const project = { id: "id", target: "target", validation: { strategy: "StratifiedKFold" } };
  const findings = leakFindings(readSource("train.py", text), project);
  const found = findings
    .filter(({ severity }) => severity !== "note")
    .map((one) => `${one.line} ${one.code}`);
  return { expected, found: [...new Set(found)] };
}

/** A fold loop with this body, and the score over all rows. */
export const folds = (body: string, X = "X", y = "y") => `
oof = np.zeros(len(${y}))
for fold, (tr, va) in enumerate(StratifiedKFold(5, shuffle=True, random_state=0).split(${X}, ${y})):
${body}
cv = roc_auc_score(${y}, oof)
`;

/** A fold loop that is honest in itself. */
export const fitAndPredict =
  folds(`    model = LGBMClassifier(random_state=0).fit(X.iloc[tr], y.iloc[tr])
    oof[va] = model.predict_proba(X.iloc[va])[:, 1]`);

/** Reads the tables, as public notebooks do. */
export const load = `
train = pd.read_csv("/kaggle/input/toy/train.csv")
test = pd.read_csv("/kaggle/input/toy/test.csv")
y = train["target"]
`;
