import { expect, test } from "vitest";
import { compare, fitAndPredict, folds, load } from "../../../test/support/leak-variants.ts";

const honest: [string, string][] = [
  [
    "cleaning under the same name",
    `${load}
train = train[train["age"] > 0].reset_index(drop=True)
y = train["target"]
X = train.drop(columns=["id", "target"])
${fitAndPredict}`,
  ],
  [
    "a hold-out by date",
    `${load}
past = train[train["date"] < "2024-01-01"]
future = train[train["date"] >= "2024-01-01"]
features = ["a", "b"]
model = LGBMClassifier(random_state=0).fit(past[features], past["target"])
metrics = {"cv_score": roc_auc_score(future["target"], model.predict_proba(future[features])[:, 1])}`,
  ],
  [
    "train and test stacked for row-wise features, then parted",
    `${load}
full = pd.concat([train, test], ignore_index=True)
full["ratio"] = full["a"] / full["b"]
train, test = full[: len(train)], full[len(train) :]
y = train["target"]
X = train[["ratio", "a"]]
${fitAndPredict}`,
  ],
  [
    "other rows that belong to no fold",
    `${load}
original = pd.read_csv("/kaggle/input/toy-original/original.csv")
original["fold"] = -1
for k, (_, va) in enumerate(StratifiedKFold(5, shuffle=True, random_state=0).split(train, y)):
    train.loc[va, "fold"] = k
df = pd.concat([train, original], ignore_index=True)
features = ["a", "b"]
df["pred"] = 0.0
for k in range(5):
    learn, valid = df[df["fold"] != k], df[df["fold"] == k]
    model = LGBMClassifier(random_state=0).fit(learn[features], learn["target"])
    df.loc[df["fold"] == k, "pred"] = model.predict_proba(valid[features])[:, 1]`,
  ],
  [
    "a pipeline that chooses its columns is given the whole frame",
    `${load}
columns = ColumnTransformer([("cat", OneHotEncoder(handle_unknown="ignore"), ["city"]), ("num", StandardScaler(), ["age"])])
pipe = Pipeline([("columns", columns), ("model", LogisticRegression())])
scores = cross_val_score(pipe, train, y, cv=5)`,
  ],
  [
    "a target encoder in a pipeline",
    `${load}
pipe = make_pipeline(TargetEncoder(random_state=0), Ridge())
X = train[["city", "shop"]]
oof = cross_val_predict(pipe, X, y, cv=KFold(5, shuffle=True, random_state=0))
metrics = {"cv_score": roc_auc_score(y, oof)}
pipe.fit(X, y)
test["target"] = pipe.predict(test[["city", "shop"]])`,
  ],
  [
    "the best of several settings by their CV score",
    `${load}
X = train.drop(columns=["id", "target"])
best, best_oof = 0.0, None
for depth in (4, 6, 8):
    oof = np.zeros(len(y))
    for tr, va in StratifiedKFold(5, shuffle=True, random_state=0).split(X, y):
        model = LGBMClassifier(max_depth=depth, random_state=0).fit(X.iloc[tr], y.iloc[tr])
        oof[va] = model.predict_proba(X.iloc[va])[:, 1]
    score = roc_auc_score(y, oof)
    if score > best:
        best, best_oof = score, oof
metrics = {"cv_score": best}`,
  ],
  [
    "a threshold for the test set alone",
    `${load}
X = train[["a", "b"]]
${fitAndPredict}
grid = np.arange(0.1, 0.9, 0.01)
threshold = grid[np.argmax([f1_score(y, oof > t) for t in grid])]
final = LGBMClassifier(random_state=0).fit(X, y)
test["target"] = final.predict_proba(test[["a", "b"]])[:, 1] > threshold
metrics = {"cv_score": roc_auc_score(y, oof)}`,
  ],
  [
    "the score on the training rows, for a look",
    `${load}
X = train.drop(columns=["id", "target"])
${folds(`    model = LGBMClassifier(random_state=0).fit(X.iloc[tr], y.iloc[tr])
    train_pred = model.predict_proba(X.iloc[tr])[:, 1]
    print(roc_auc_score(y.iloc[tr], train_pred))
    oof[va] = model.predict_proba(X.iloc[va])[:, 1]`)}
final = LGBMClassifier(random_state=0).fit(X, y)
print("in-sample", roc_auc_score(y, final.predict_proba(X)[:, 1]))`,
  ],
  [
    "a prediction for every row of which the fold's own are kept",
    `${load}
X = train.drop(columns=["id", "target"])
${folds(`    model = LGBMClassifier(random_state=0).fit(X.iloc[tr], y.iloc[tr])
    everything = model.predict_proba(X)[:, 1]
    oof[va] = everything[va]`)}`,
  ],
  [
    "the size of a group whose number is in the id",
    `${load}
for frame in (train, test):
    frame["group"] = frame["id"].str.split("_").str[0]
    frame["group_size"] = frame.groupby("group")["group"].transform("count")
X = train[["group_size", "age"]]
${fitAndPredict}`,
  ],
  [
    "positions in a list of row numbers, early stopping on an inner part",
    `
def fit(X, y, seed):
    keep, stop = train_test_split(np.arange(len(X)), test_size=0.1, random_state=seed)
    model = xgb.XGBClassifier(early_stopping_rounds=50, random_state=seed)
    return model.fit(X.iloc[keep], y.iloc[keep], eval_set=[(X.iloc[stop], y.iloc[stop])])

${load}
X = train.drop(columns=["id", "target"])
${folds(`    oof[va] = fit(X.iloc[tr], y.iloc[tr], fold).predict_proba(X.iloc[va])[:, 1]`)}`,
  ],
  [
    "early stopping of the last model on a part of all rows",
    `${load}
X = train.drop(columns=["id", "target"])
${fitAndPredict}
X_fit, X_stop, y_fit, y_stop = train_test_split(X, y, random_state=0)
final = LGBMClassifier(n_estimators=5000, random_state=0)
final.fit(X_fit, y_fit, eval_set=[(X_stop, y_stop)], callbacks=[lgb.early_stopping(50)])
test["target"] = final.predict(test.drop(columns=["id"]))`,
  ],
  [
    "the encoding of the test rows by all training rows",
    `${load}
X_test = test.copy()
X_test["city"] = test["city"].map(train.groupby("city")["target"].mean())
${folds(
  `    means = train.iloc[tr].groupby("city")["target"].mean()
    learn, valid = train.iloc[tr].copy(), train.iloc[va].copy()
    for part in (learn, valid):
        part["city"] = part["city"].map(means)
    model = LGBMClassifier(random_state=0).fit(learn[["city", "age"]], y.iloc[tr])
    oof[va] = model.predict_proba(valid[["city", "age"]])[:, 1]`,
  "train",
)}`,
  ],
  [
    "positional columns: the id first, the target last",
    `${load}
X = train.iloc[:, 1:-1]
${fitAndPredict}`,
  ],
  [
    "columns that the test set has as well",
    `${load}
features = [c for c in test.columns if c != "id"]
X = train[features]
${fitAndPredict}`,
  ],
  [
    "a target encoding from earlier rows of the same group",
    `${load}
train = train.sort_values("date")
by_shop = train.groupby("shop")["target"]
train["shop_before"] = (by_shop.cumsum() - train["target"]) / (by_shop.cumcount() + 1)
train["shop_last"] = by_shop.shift(1)
train["shop_week"] = by_shop.transform(lambda s: s.shift(1).rolling(7).mean())
X = train[["shop_before", "shop_last", "shop_week"]]
${fitAndPredict}`,
  ],
  [
    "a function a fold, encoders of the values of both parts",
    `
def run(fold):
    df = pd.read_csv("../input/train_folds.csv")
    features = [f for f in df.columns if f not in ("id", "target", "kfold")]
    for column in features:
        df.loc[:, column] = df[column].astype(str).fillna("NONE")
    df_train = df[df.kfold != fold].reset_index(drop=True)
    df_valid = df[df.kfold == fold].reset_index(drop=True)
    encoder = OneHotEncoder()
    full_data = pd.concat([df_train[features], df_valid[features]], axis=0)
    encoder.fit(full_data[features])
    model = LogisticRegression()
    model.fit(encoder.transform(df_train[features]), df_train.target.values)
    preds = model.predict_proba(encoder.transform(df_valid[features]))[:, 1]
    print(fold, roc_auc_score(df_valid.target.values, preds))


if __name__ == "__main__":
    for fold_ in range(5):
        run(fold_)`,
  ],
  [
    "house prices: everything stacked, the target dropped in place, last models before the score",
    `from scipy.stats import skew
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.linear_model import Lasso
from sklearn.preprocessing import RobustScaler
train = pd.read_csv("../input/train.csv")
test = pd.read_csv("../input/test.csv")
train.drop("id", axis=1, inplace=True)
test.drop("id", axis=1, inplace=True)
train = train.drop(train[(train["area"] > 4000) & (train["target"] < 300000)].index)
train["target"] = np.log1p(train["target"])
ntrain = train.shape[0]
y_train = train.target.values
all_data = pd.concat((train, test)).reset_index(drop=True)
all_data.drop(["target"], axis=1, inplace=True)
all_data["frontage"] = all_data.groupby("hood")["frontage"].transform(lambda x: x.fillna(x.median()))
all_data = pd.get_dummies(all_data)
train = all_data[:ntrain]
test = all_data[ntrain:]


def rmsle_cv(model):
    kf = KFold(5, shuffle=True, random_state=42).get_n_splits(train.values)
    return np.sqrt(-cross_val_score(model, train.values, y_train, scoring="neg_mean_squared_error", cv=kf))


class Stacked(BaseEstimator, RegressorMixin):
    def __init__(self, base_models, meta_model):
        self.base_models, self.meta_model = base_models, meta_model

    def fit(self, X, y):
        self.fitted = [list() for _ in self.base_models]
        self.meta_ = clone(self.meta_model)
        kfold = KFold(n_splits=5, shuffle=True, random_state=156)
        out = np.zeros((X.shape[0], len(self.base_models)))
        for i, model in enumerate(self.base_models):
            for train_index, holdout_index in kfold.split(X, y):
                instance = clone(model)
                self.fitted[i].append(instance)
                instance.fit(X[train_index], y[train_index])
                out[holdout_index, i] = instance.predict(X[holdout_index])
        self.meta_.fit(out, y)
        return self

    def predict(self, X):
        meta = np.column_stack([np.column_stack([m.predict(X) for m in models]).mean(axis=1) for models in self.fitted])
        return self.meta_.predict(meta)


lasso = make_pipeline(RobustScaler(), Lasso(alpha=0.0005, random_state=1))
lasso.fit(train, y_train)
print(rmsle_cv(lasso).mean())
stacked = Stacked(base_models=(lasso, Ridge()), meta_model=Lasso())
print(rmsle_cv(stacked).mean())
stacked.fit(train.values, y_train)
stacked_train_pred = stacked.predict(train.values)
print(np.sqrt(((y_train - stacked_train_pred) ** 2).mean()))
pd.DataFrame({"target": np.expm1(stacked.predict(test.values))}).to_csv("submission.csv")`,
  ],
  [
    "Optuna tries settings by cross-validation",
    `import optuna
${load}
X = train.drop(columns=["id", "target"])


def objective(trial):
    model = LGBMClassifier(max_depth=trial.suggest_int("max_depth", 3, 9), random_state=0)
    oof = np.zeros(len(y))
    for tr, va in StratifiedKFold(5, shuffle=True, random_state=0).split(X, y):
        oof[va] = model.fit(X.iloc[tr], y.iloc[tr]).predict_proba(X.iloc[va])[:, 1]
    return roc_auc_score(y, oof)


study = optuna.create_study(direction="maximize")
study.optimize(objective, n_trials=50)
${folds(`    model = LGBMClassifier(**study.best_params, random_state=0).fit(X.iloc[tr], y.iloc[tr])
    oof[va] = model.predict_proba(X.iloc[va])[:, 1]`)}
metrics = {"cv_score": cv}`,
  ],
  [
    "an even blend of OOF files",
    `${load}
names = ["exp001", "exp002", "exp003"]
oof = np.mean([np.load(f"models/{name}/artifacts/oof.npy") for name in names], axis=0)
metrics = {"cv_score": roc_auc_score(y, oof), "fold_scores": []}`,
  ],
  [
    "a scaled target, and the target's classes",
    `from sklearn.preprocessing import LabelEncoder
${load}
scaler = StandardScaler()
y_scaled = scaler.fit_transform(y.values.reshape(-1, 1)).ravel()
train["code"] = LabelEncoder().fit_transform(train["target"])
X = train.drop(columns=["id", "target", "code"])
${folds(`    model = Ridge().fit(X.iloc[tr], y_scaled[tr])
    oof[va] = scaler.inverse_transform(model.predict(X.iloc[va]).reshape(-1, 1)).ravel()`)}`,
  ],
  [
    "adversarial validation before the folds",
    `${load}
both = pd.concat([train.drop(columns=["target"]), test], ignore_index=True)
is_test = np.r_[np.zeros(len(train)), np.ones(len(test))]
columns = [c for c in test.columns if c != "id"]
strange = cross_val_predict(LGBMClassifier(random_state=0), both[columns], is_test, cv=5, method="predict_proba")[:, 1]
print("train or test", roc_auc_score(is_test, strange))
X = train[columns]
${fitAndPredict}`,
  ],
  [
    "a trainer that is given indices, a dataset of torch",
    `
class Rows(torch.utils.data.Dataset):
    def __init__(self, frame, columns):
        self.x = frame[columns].to_numpy()
        self.y = frame["target"].to_numpy()

    def __getitem__(self, i):
        return self.x[i], self.y[i]


def fit(loader, epochs):
    net = torch.nn.Linear(20, 1)
    opt = torch.optim.Adam(net.parameters())
    lowest = 1e9
    for epoch in range(epochs):
        total = 0
        for x, t in loader:
            loss = ((net(x) - t) ** 2).mean()
            loss.backward()
            opt.step()
            total += loss.item()
        if total < lowest:
            lowest = total
            torch.save(net.state_dict(), "last.pt")
    return net


df = pd.read_csv("train.csv", index_col="id")
columns = [c for c in df.columns if c != "target"]
data = Rows(df, columns)
oof = np.zeros(len(df))
for fold, (tr, va) in enumerate(KFold(5, shuffle=True, random_state=0).split(df)):
    loader = torch.utils.data.DataLoader(torch.utils.data.Subset(data, tr), batch_size=32)
    net = fit(loader, 10)
    oof[va] = net(torch.tensor(df.iloc[va][columns].to_numpy())).detach().numpy()`,
  ],
  [
    "flipped copies within the fold, the mean of both predictions",
    `${load}
X = train.drop(columns=["id", "target"]).to_numpy()
y = y.to_numpy()
${folds(`    X_fit, y_fit = np.vstack([X[tr], X[tr][:, ::-1]]), np.concatenate([y[tr], y[tr]])
    model = LGBMClassifier(random_state=0).fit(X_fit, y_fit)
    oof[va] = (model.predict_proba(X[va])[:, 1] + model.predict_proba(X[va][:, ::-1])[:, 1]) / 2`)}`,
  ],
  [
    "names from the test set, one removed",
    `${load}
features = test.columns.tolist()
features.remove("id")
cats = [c for c in features if train[c].dtype == "object"]
train[cats] = train[cats].astype("category")
X = train[features]
${fitAndPredict}`,
  ],
  [
    "two text columns as one list of words",
    `from sklearn.feature_extraction.text import CountVectorizer
train = pd.read_csv("train.csv")
words = CountVectorizer(vocabulary=["why", "how"]).fit(pd.concat([train["question1"], train["question2"]]))
X = words.transform(train["question1"])
y = train["target"]
${folds(`    model = LogisticRegression().fit(X[tr], y[tr])
    oof[va] = model.predict_proba(X[va])[:, 1]`)}`,
  ],
  [
    "groups split by themselves",
    `${load}
patients = train["patient"].unique()
oof = np.zeros(len(y))
for fit_part, valid_part in KFold(5, shuffle=True, random_state=0).split(patients):
    tr = train["patient"].isin(patients[fit_part])
    va = train["patient"].isin(patients[valid_part])
    model = LGBMClassifier(random_state=0).fit(train.loc[tr, ["a", "b"]], y[tr])
    oof[va] = model.predict_proba(train.loc[va, ["a", "b"]])[:, 1]
metrics = {"cv_score": roc_auc_score(y, oof)}`,
  ],
  [
    "rare classes counted before the folds, weights of classes",
    `${load}
counts = train["target"].value_counts()
train = train[train["target"].map(counts) > 5]
y = train["target"]
weights = np.where(y == 1, (y == 0).sum() / (y == 1).sum(), 1.0)
X = train[["a", "b"]].fillna(train[["a", "b"]].median())
${folds(`    model = LGBMClassifier(random_state=0).fit(X.iloc[tr], y.iloc[tr], sample_weight=weights[tr])
    oof[va] = model.predict_proba(X.iloc[va])[:, 1]`)}`,
  ],
  [
    "a side table of clicks, counted by visitor in engineer_features",
    `
def engineer_features(df: pl.DataFrame, clicks: pl.DataFrame) -> pl.DataFrame:
    per_visitor = clicks.group_by("visitor").agg(pl.col("seconds").sum().alias("f_seconds"))
    return df.join(per_visitor, on="visitor", how="left").with_columns(
        pl.mean_horizontal("a", "b").alias("f_mean"),
        pl.concat_list("a", "b").list.max().alias("f_highest"),
    )


train = engineer_features(pl.read_csv("train.csv"), pl.read_csv("clicks.csv"))`,
  ],
  [
    "statistics across columns in engineer_features",
    `
def engineer_features(df):
    df["f_mean"] = np.mean([df["a"], df["b"]], axis=0)
    df["f_highest"] = df[["a", "b"]].max(axis=1)
    df["f_spread"] = np.std(df[["a", "b"]].to_numpy(), axis=1)
    df["f_words"] = df["text"].apply(lambda text: max(len(word) for word in text.split()))
    df["f_share"] = df.apply(lambda row: row["a"] / row[["a", "b"]].sum(), axis=1)
    return df


train = engineer_features(pd.read_csv("train.csv"))`,
  ],
  [
    "the group in front of the id, as a number",
    `${load}
for frame in (train, test):
    frame["group"] = frame["id"].str[:4].astype(int)
    frame["member"] = frame["id"].apply(lambda text: int(text.split("_")[1]))
X = train[["group", "member", "age"]]
${fitAndPredict}`,
  ],
  [
    "windows of a series, the next value as the target",
    `
series = pd.read_csv("train.csv")["target"].to_numpy()
width = 24
X, y = [], []
for start in range(len(series) - width):
    X.append(series[start : start + width])
    y.append(series[start + width])
X, y = np.array(X), np.array(y)
oof = np.zeros(len(y))
for tr, va in KFold(5).split(X):
    model = Ridge().fit(X[tr], y[tr])
    oof[va] = model.predict(X[va])`,
  ],
  [
    "the best of three models, all predicted before",
    `${load}
X = train[["a", "b"]]
oofs = {}
for name, model in {"lgb": LGBMClassifier(random_state=0), "logistic": LogisticRegression()}.items():
    oof = np.zeros(len(y))
    for tr, va in StratifiedKFold(5, shuffle=True, random_state=0).split(X, y):
        oof[va] = model.fit(X.iloc[tr], y.iloc[tr]).predict_proba(X.iloc[va])[:, 1]
    oofs[name] = oof
best, cv = None, 0.0
for name, oof in oofs.items():
    score = roc_auc_score(y, oof)
    if score > cv:
        best, cv = name, score
metrics = {"cv_score": max(roc_auc_score(y, oof) for oof in oofs.values())}`,
  ],
  [
    "a hold-out in three parts: learn, stop, score",
    `${load}
X = train.drop(columns=["id", "target"])
X_fit, X_rest, y_fit, y_rest = train_test_split(X, y, test_size=0.4, random_state=0)
X_stop, X_score, y_stop, y_score = train_test_split(X_rest, y_rest, test_size=0.5, random_state=0)
model = LGBMClassifier(n_estimators=5000, random_state=0)
model.fit(X_fit, y_fit, eval_set=[(X_stop, y_stop)], callbacks=[lgb.early_stopping(50)])
metrics = {"cv_score": roc_auc_score(y_score, model.predict_proba(X_score)[:, 1])}`,
  ],
  [
    "helpers of a fold that only a registry calls",
    `
def encode(train, valid):
    means = train.groupby("city")["target"].mean()
    train["rate"], valid["rate"] = train["city"].map(means), valid["city"].map(means)
    scaler = StandardScaler().fit(train[["rate"]])
    return scaler.transform(train[["rate"]]), scaler.transform(valid[["rate"]])


STEPS = {"encode": encode}


def main():
    df = pd.read_csv("train.csv")
    y = df["target"]
    oof = np.zeros(len(y))
    for tr, va in KFold(5, shuffle=True, random_state=0).split(df):
        learn, valid = STEPS["encode"](df.iloc[tr].copy(), df.iloc[va].copy())
        oof[va] = Ridge().fit(learn, y[tr]).predict(valid)


main()`,
  ],
  [
    "rows that belong to no fold, in polars",
    `
df = pl.read_csv("data/train_folds.csv")
use = ["a", "b"]
always = df.filter(pl.col("fold") == -1)
for fold in range(5):
    learn = df.filter(pl.col("fold") != fold)
    valid = df.filter(pl.col("fold") == fold)
    model = LGBMClassifier(random_state=0).fit(learn.select(use).to_numpy(), learn["target"].to_numpy())
    print(roc_auc_score(valid["target"], model.predict_proba(valid.select(use).to_numpy())[:, 1]))`,
  ],
  [
    "leaving out one's own target among the fold's training rows",
    `${load}
${folds(
  `    learn, valid = train.iloc[tr].copy(), train.iloc[va].copy()
    by_city = learn.groupby("city")["target"]
    learn["rate"] = (by_city.transform("sum") - learn["target"]) / (by_city.transform("count") - 1)
    valid["rate"] = valid["city"].map(by_city.mean())
    model = LGBMClassifier(random_state=0).fit(learn[["rate", "age"]], learn["target"])
    oof[va] = model.predict_proba(valid[["rate", "age"]])[:, 1]`,
  "train",
)}`,
  ],
  [
    "a last model of all rows before the folds, for the test set",
    `${load}
X = train.drop(columns=["id", "target"])
final = LGBMClassifier(random_state=0).fit(X, y)
test["target"] = final.predict_proba(test.drop(columns=["id"]))[:, 1]
important = pd.Series(final.feature_importances_, index=X.columns).nlargest(20)
print(important)
${fitAndPredict}`,
  ],
];

test.each(honest)("%s", (_, code) => {
  expect(compare(code).found).toEqual([]);
});
