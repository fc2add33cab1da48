import { expect, test } from "vitest";
import { compare, fitAndPredict, folds, load } from "../../../test/support/leak-variants.ts";

const leaky: [string, string][] = [
  [
    "a target mean in a match statement",
    `${load}
match len(train):
    case 0:
        raise SystemExit
    case _:
        train["shop_mean"] = train.groupby("shop")["target"].transform("mean")  # XF202
X = train.drop(columns=["id", "target"])
${fitAndPredict}`,
  ],
  [
    "a target mean in while and finally, two functions deep",
    `
def encode(df, column):
    means = df.groupby(column).target.mean()  # XF202
    return df[column].map(means)


def add(df):
    done = False
    while not done:
        try:
            done = True
        finally:
            df = df.assign(city_rate=encode(df, "city"))
    return df


def main():
    train = add(pd.read_csv("train.csv"))
    X, y = train.drop(columns=["id", "target"]), train["target"]
    ${fitAndPredict.trim().replaceAll("\n", "\n    ")}


main()`,
  ],
  [
    "a dictionary of target means, applied by a lambda",
    `${load}
rates = train.groupby("city")["target"].mean().to_dict()  # XF202
train["city_rate"] = train["city"].apply(lambda city: rates.get(city, 0.5))
X = train[["city_rate", "age"]]
${fitAndPredict}`,
  ],
  [
    "polars: a target rate joined back, all in one chain",
    `
def prepare(df: pl.DataFrame) -> pl.DataFrame:
    rate = df.group_by("city").agg(pl.col("target").mean().alias("rate"), pl.len().alias("n"))  # XF202
    return df.join(rate, on="city", how="left").with_columns((pl.col("n") + 1).log().alias("log_n"))


df = prepare(pl.read_parquet("data/train.parquet"))
X, y = df.select("rate", "log_n", "age").to_numpy(), df["target"].to_numpy()
${folds(`    model = Ridge().fit(X[tr], y[tr])
    oof[va] = model.predict(X[va])`)}`,
  ],
  [
    "a scaler before cross_val_score",
    `${load}
X = train[["a", "b"]]
scaled = StandardScaler().fit_transform(X)  # XF201
scores = cross_val_score(LogisticRegression(), scaled, y, cv=5)`,
  ],
  [
    "a selection fitted in a helper before cross_validate",
    `
def select(X, y):
    return SelectKBest(k=20).fit_transform(X, y)  # XF202


def main():
    frame = pd.read_csv("train.csv")
    y = frame.pop("target")
    X = select(frame.drop(columns="id"), y)
    result = cross_validate(LogisticRegression(), X, y, cv=5)


if __name__ == "__main__":
    main()`,
  ],
  [
    "features chosen by mutual information with all targets",
    `${load}
names = [c for c in train.columns if c not in ["id", "target"]]
score = pd.Series(mutual_info_classif(train[names], y), index=names)  # XF202
best = score.nlargest(30).index
X = train[best]
${fitAndPredict}`,
  ],
  [
    "features chosen by their correlation with the target",
    `${load}
corr = train.corr()["target"].abs()  # XF202
keep = corr[corr > 0.05].index.drop("target")
X = train[keep]
${fitAndPredict}`,
  ],
  [
    "folds in a method, the encoder in another",
    `
class Pipe:
    def __init__(self):
        self.encoder = TargetEncoder()

    def load(self):
        self.df = pd.read_csv("train.csv")
        self.y = self.df["target"]
        self.X = self.df[["city", "shop"]]

    def encode(self):
        self.X = self.encoder.fit_transform(self.X, self.y)  # XF202

    def run(self):
        self.load()
        self.encode()
        self.oof = np.zeros(len(self.y))
        for tr, va in KFold(5, shuffle=True, random_state=1).split(self.X):
            model = Ridge().fit(self.X[tr], self.y[tr])
            self.oof[va] = model.predict(self.X[va])


Pipe().run()`,
  ],
  [
    "the original data set below the training rows",
    `${load}
original = pd.read_csv("/kaggle/input/toy-original/survey.csv")
train = pd.concat([train, original], ignore_index=True)  # XF208
y = train["target"]
X = train.drop(columns=["id", "target"])
${fitAndPredict}`,
  ],
  [
    "pseudo-labels in arrays",
    `${load}
features = ["a", "b"]
first = LGBMClassifier(random_state=0).fit(train[features], y)
guess = first.predict(test[features])
X = np.vstack([train[features], test[features]])
y = np.concatenate([y, guess])  # XF208
${folds(`    model = LGBMClassifier(random_state=0).fit(X[tr], y[tr])
    oof[va] = model.predict_proba(X[va])[:, 1]`)}`,
  ],
  [
    "positives drawn again before train_test_split",
    `${load}
positive = train[train["target"] == 1].sample(frac=3.0, replace=True, random_state=0)  # XF208
train = pd.concat([train[train["target"] == 0], positive])
X = train.drop(columns=["id", "target"])
X_tr, X_va, y_tr, y_va = train_test_split(X, train["target"], random_state=0)
model = LGBMClassifier(random_state=0).fit(X_tr, y_tr)
print(roc_auc_score(y_va, model.predict_proba(X_va)[:, 1]))`,
  ],
  [
    "the target's logarithm stays among the features",
    `${load}
train["log_target"] = np.log1p(train["target"])  # XF204
X = train.drop(columns=["id", "target"])
${fitAndPredict}`,
  ],
  [
    "XGBoost stops on the fold, in a method that is given its parts",
    `
class Model:
    def __init__(self, params):
        self.model = xgb.XGBClassifier(**params, early_stopping_rounds=50)

    def fit(self, X, y, X_va, y_va):
        self.model.fit(X, y, eval_set=[(X_va, y_va)], verbose=False)  # XF206
        return self

    def predict(self, X):
        return self.model.predict_proba(X)[:, 1]

${load}
X = train.drop(columns=["id", "target"])
${folds(`    model = Model({"max_depth": 4}).fit(X.iloc[tr], y.iloc[tr], X.iloc[va], y.iloc[va])
    oof[va] = model.predict(X.iloc[va])`)}`,
  ],
  [
    "the threshold of each fold is chosen on that fold",
    `${load}
X = train.drop(columns=["id", "target"])
${folds(`    p = LGBMClassifier(random_state=0).fit(X.iloc[tr], y.iloc[tr]).predict_proba(X.iloc[va])[:, 1]
    best, cut = 0, 0.5
    for t in np.arange(0.1, 0.9, 0.01):
        score = f1_score(y.iloc[va], p > t)
        if score > best:  # XF206
            best, cut = score, t
    oof[va] = p > cut`)}`,
  ],
  [
    "a threshold minimised by scipy on all OOF predictions",
    `from scipy.optimize import minimize
${load}
X = train.drop(columns=["id", "target"])
${fitAndPredict}
found = minimize(lambda t: -f1_score(y, oof > t), 0.5)  # XF212
metrics = {"cv_score": f1_score(y, oof > found.x)}`,
  ],
  [
    "fitted on train and validation rows together",
    `${load}
X = train.drop(columns=["id", "target"])
${folds(`    rows = np.concatenate([tr, va])
    model = LGBMClassifier(random_state=0).fit(X.iloc[rows], y.iloc[rows])  # XF211
    oof[va] = model.predict_proba(X.iloc[va])[:, 1]`)}`,
  ],
  [
    "every fold's model predicts every row",
    `${load}
X = train.drop(columns=["id", "target"])
${folds(`    model = LGBMClassifier(random_state=0).fit(X.iloc[tr], y.iloc[tr])
    oof += model.predict_proba(X)[:, 1] / 5  # XF211`)}`,
  ],
  [
    "the id stays among the features",
    `${load}
X = train.drop(columns=["target"])  # XF209
${fitAndPredict}`,
  ],
  [
    "a rank and a mean over rows in engineer_features, through a helper",
    `
def level(df, column):
    return df[column] - df[column].mean()  # XF207


def engineer_features(df):
    df["f_level"] = level(df, "x")
    df["f_rank"] = df["x"].rank(pct=True)  # XF207
    df["f_row_mean"] = df[["x", "z"]].mean(axis=1)
    return df


train = engineer_features(pd.read_csv("train.csv"))`,
  ],
  [
    "a quantile over a window of polars in engineer_features",
    `
def engineer_features(df: pl.DataFrame) -> pl.DataFrame:
    return df.with_columns(
        (pl.col("x") / pl.col("x").max().over("shop")).alias("f_share"),  # XF207
        pl.col("items").list.mean().alias("f_mean_item"),
        pl.col("x").shift(1).over("shop").alias("f_before"),
    )


train = engineer_features(pl.read_csv("train.csv"))`,
  ],
  [
    "QWK thresholds fitted by a class on the OOF predictions that they round",
    `from functools import partial
import scipy as sp
from sklearn.metrics import cohen_kappa_score


class OptimizedRounder:
    def __init__(self):
        self.coef_ = 0

    def _loss(self, coef, X, y):
        return -cohen_kappa_score(y, np.digitize(X, coef), weights="quadratic")

    def fit(self, X, y):
        loss = partial(self._loss, X=X, y=y)
        self.coef_ = sp.optimize.minimize(loss, [0.5, 1.5, 2.5], method="nelder-mead")

    def predict(self, X, coef):
        return np.digitize(X, coef)

    def coefficients(self):
        return self.coef_["x"]

${load}
X = train.drop(columns=["id", "target"])
${fitAndPredict}
rounder = OptimizedRounder()
rounder.fit(oof, y)  # XF212
rounded = rounder.predict(oof, rounder.coefficients())
metrics = {"cv_score": cohen_kappa_score(y, rounded, weights="quadratic")}`,
  ],
  [
    "the fold column in the file, a mean of the target before run(fold)",
    `
def run(fold, df):
    df_train = df[df.kfold != fold].reset_index(drop=True)
    df_valid = df[df.kfold == fold].reset_index(drop=True)
    features = [f for f in df.columns if f not in ("id", "target", "kfold")]
    model = xgb.XGBClassifier(n_jobs=-1)
    model.fit(df_train[features], df_train.target.values)
    preds = model.predict_proba(df_valid[features])[:, 1]
    print(fold, roc_auc_score(df_valid.target.values, preds))


if __name__ == "__main__":
    df = pd.read_csv("../input/train_folds.csv")
    df.loc[:, "city_mean"] = df.groupby("city")["target"].transform("mean")  # XF202
    for fold_ in range(5):
        run(fold_, df)`,
  ],
  [
    "Keras keeps the best weights of the fold",
    `from tensorflow.keras.callbacks import EarlyStopping
from tensorflow.keras.models import Sequential
${load}
X = train.drop(columns=["id", "target"]).to_numpy()
${folds(`    model = Sequential([])
    stop = EarlyStopping(patience=5, restore_best_weights=True)
    model.fit(X[tr], y[tr], validation_data=(X[va], y[va]), epochs=100, callbacks=[stop])  # XF206
    oof[va] = model.predict(X[va]).ravel()`)}`,
  ],
  [
    "an own EarlyStopping is asked after each epoch",
    `
class EarlyStopping:
    def __init__(self, patience):
        self.patience, self.counter, self.best_score, self.early_stop = patience, 0, None, False

    def __call__(self, score, model, path):
        if self.best_score is None:
            self.best_score = score
        elif score < self.best_score:
            self.counter += 1
            self.early_stop = self.counter >= self.patience
        if score > self.best_score:  # XF206
            self.best_score = score
            torch.save(model.state_dict(), path)
            self.counter = 0


def main():
    train = pd.read_csv("train.csv")
    X = torch.tensor(train.drop(columns=["id", "target"]).to_numpy())
    y = torch.tensor(train["target"].to_numpy())
    oof = np.zeros(len(y))
    for fold, (tr, va) in enumerate(KFold(5, shuffle=True, random_state=0).split(X)):
        model = torch.nn.Linear(10, 1)
        stopper = EarlyStopping(5)
        for epoch in range(100):
            train_one_epoch(model, X[tr], y[tr])
            score = roc_auc_score(y[va], model(X[va]).detach())
            stopper(score, model, f"model_{fold}.pt")
            if stopper.early_stop:
                break
        model.load_state_dict(torch.load(f"model_{fold}.pt"))
        oof[va] = model(X[va]).detach()


main()`,
  ],
  [
    "weights of OOF files searched by hill climbing",
    `${load}
models = {name: np.load(f"models/{name}/artifacts/oof.npy") for name in ("a", "b", "c")}
best, blend = 0.0, models["a"]
for name, other in models.items():
    for weight in np.linspace(0, 1, 51):
        mix = (1 - weight) * blend + weight * other
        score = roc_auc_score(y, mix)
        if score > best:  # XF212
            best, best_mix = score, mix
metrics = {"cv_score": best}`,
  ],
  [
    "all in one notebook: train and test stacked with the target mean filled in",
    `${load}
ntrain = train.shape[0]
all_data = pd.concat((train, test)).reset_index(drop=True)
all_data["hood_price"] = all_data.groupby("hood")["target"].transform("mean")  # XF202
all_data.drop(["target", "id"], axis=1, inplace=True)
all_data = pd.get_dummies(all_data)
train = all_data[:ntrain]
score = cross_val_score(Ridge(), train.values, y, cv=5)`,
  ],
  [
    "a second-level model fitted and scored on the same OOF predictions",
    `${load}
X = train.drop(columns=["id", "target"])
level = np.zeros((len(y), 2))
for fold, (tr, va) in enumerate(StratifiedKFold(5, shuffle=True, random_state=0).split(X, y)):
    for k, model in enumerate([LGBMClassifier(random_state=0), LogisticRegression()]):
        model.fit(X.iloc[tr], y.iloc[tr])
        level[va, k] = model.predict_proba(X.iloc[va])[:, 1]
stack = LogisticRegression().fit(level, y)  # XF211
oof = stack.predict_proba(level)[:, 1]
metrics = {"cv_score": roc_auc_score(y, oof)}`,
  ],
  [
    "polars folds by a column, the validation rows among the training rows",
    `
def fit_fold(df: pl.DataFrame, fold: int) -> pl.Series:
    learn, valid = df.filter(pl.col("fold") != fold), df.filter(pl.col("fold") == fold)
    learn = pl.concat([learn, valid])  # XF211
    model = Ridge().fit(learn.select("a", "b").to_numpy(), learn["target"].to_numpy())
    return valid.select("id").with_columns(pl.Series("pred", model.predict(valid.select("a", "b").to_numpy())))


df = pl.read_csv("data/train.csv")
pl.concat([fit_fold(df, fold) for fold in range(5)]).write_csv("artifacts/oof.csv")`,
  ],
  [
    "the target mean of a DataFrame pipe, folds in a generator of its own",
    `
def with_rate(df, key):
    rate = df.groupby(key, as_index=False)["target"].agg(rate="mean")  # XF202
    return df.merge(rate, on=key, how="left")


def parts(df):
    for tr, va in StratifiedKFold(5, shuffle=True, random_state=0).split(df, df["target"]):
        yield df.iloc[tr], df.iloc[va]


df = pd.read_csv("train.csv").pipe(with_rate, "shop")
scores = []
for learn, valid in parts(df):
    model = LGBMClassifier(random_state=0).fit(learn[["rate", "age"]], learn["target"])
    scores.append(roc_auc_score(valid["target"], model.predict_proba(valid[["rate", "age"]])[:, 1]))`,
  ],
  [
    "a column of targets stacked beside the features",
    `${load}
X = np.column_stack([train[["a", "b"]], np.log1p(y)])
${folds(`    model = LGBMClassifier(random_state=0)
    model.fit(X[tr], y[tr])  # XF204
    oof[va] = model.predict_proba(X[va])[:, 1]`)}`,
  ],
  [
    "CatBoost pools by Parallel, the original rows by append",
    `from joblib import Parallel, delayed
${load}
original = pd.read_csv("data/external/original.csv")
frame = train._append(original) if False else pd.concat([train, original])  # XF208
use = ["a", "b"]


def one(tr, va):
    model = CatBoostClassifier(verbose=0).fit(Pool(frame.iloc[tr][use], frame.iloc[tr]["target"]))
    return va, model.predict_proba(frame.iloc[va][use])[:, 1]


splits = list(StratifiedKFold(5, shuffle=True, random_state=0).split(frame, frame["target"]))
parts = Parallel(n_jobs=5)(delayed(one)(tr, va) for tr, va in splits)`,
  ],
  [
    "a settings object holds the names of the columns",
    `from dataclasses import dataclass


@dataclass
class Config:
    target: str = "target"
    drop: tuple = ("id",)


cfg = Config()
df = pd.read_csv("train.csv")
features = [c for c in df.columns if c not in cfg.drop]  # XF204
y = df[cfg.target]
${folds(
  `    model = xgb.XGBClassifier(random_state=0).fit(df.loc[tr, features], y[tr])
    oof[va] = model.predict_proba(df.loc[va, features])[:, 1]`,
  "df",
)}`,
  ],
  [
    "a threshold chosen on the scored predictions by the key of max",
    `${load}
X = train.drop(columns=["id", "target"])
${fitAndPredict}
best = max(np.linspace(0, 1, 99), key=lambda t: f1_score(y, oof > t))  # XF212
metrics = {"cv_score": f1_score(y, oof > best)}`,
  ],
];

test.each(leaky)("%s", (_, code) => {
  const { expected, found } = compare(code);
  expect(found).toEqual(expected);
});
