#!/usr/bin/env python3
"""Python peers. Needs numpy and scipy; every other library is used if it can be imported.

  BENCH_DATA=dir python bench_py.py --list
  BENCH_DATA=dir python bench_py.py --only 'auroc/.*1e6' --peers sklearn,torch-t1
  BENCH_DATA=dir python bench_py.py --rss full_eval/mc_1e6_c10 sklearn
  (compare.mjs talks to it with --serve: one JSON command a line, one JSON answer a line)

Every case is (workload, peer) -> a function without arguments; loading, dtype
conversion to what the library wants, and turning results into a checksum stay
outside the timed call.
"""
import argparse
import contextlib
import fcntl
import gc
import importlib
import importlib.metadata
import json
import math
import os
import re
import resource
import statistics
import sys
import tempfile
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")
os.environ.setdefault("PYTHONWARNINGS", "ignore")
HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.environ.get("BENCH_DATA") or os.path.join(tempfile.gettempdir(), "peer-bench-data")
LOCK = os.environ.get("BENCH_LOCK")
SPEC = json.load(open(os.path.join(HERE, "..", "workloads.json")))


def workload(name):
    op, data = name.split("/")
    return {"id": name, "op": op, "data": data, "n": SPEC["datasets"][data]["n"]}


WL = {i: workload(i) for i in SPEC["workloads"]}


def _only():
    """--rss measures one peer alone, so it imports nothing of the others"""
    if "--rss" not in sys.argv:
        return None
    peer = sys.argv[sys.argv.index("--rss") + 2]
    base = peer.split("-t")[0].split("-")[0]
    return {"sklearn": {"sklearn"}, "numpy": set(), "scipy": set(), "torch": {"torch"}, "torch.compile": {"torch"},
            "torchmetrics": {"torch", "torchmetrics"}, "torcheval": {"torch", "torcheval"}, "jax": {"jax"}}.get(base)


ONLY = _only()


def opt(name):
    if ONLY is not None and name.split(".")[0] not in ONLY:
        return None
    try:
        return importlib.import_module(name)
    except Exception:  # noqa: BLE001 - a peer that does not import is simply absent
        return None


# ---------------------------------------------------------------- data
class Data:
    """Arrays of one dataset, loaded on first use, derived ones cached."""

    def __init__(self, name):
        d = SPEC["datasets"][name]
        self.name, self.n, self.c, self.kind = name, d["n"], d.get("c", 1), d["kind"]
        self.src = d.get("sliceOf", name)
        self._c = {}

    def _raw(self, f, dt):
        k = f"{f}"
        if k not in self._c:
            cnt = self.n * (self.c if f.startswith("logits") or self.kind == "multilabel" else 1)
            self._c[k] = np.fromfile(os.path.join(DATA, f"{self.src}.{f}"), dtype=dt, count=cnt)
        return self._c[k]

    def get(self, key, make):
        if key not in self._c:
            self._c[key] = make()
        return self._c[key]

    @property
    def logits(self):
        a = self._raw("logits.f32", "<f4")
        return a if self.kind == "binary" else a.reshape(self.n, self.c)

    @property
    def probs(self):
        if self.kind == "multiclass":
            return self.get("probs", lambda: np_softmax(self.logits))
        a = self._raw("probs.f32", "<f4")
        return a if self.kind == "binary" else a.reshape(self.n, self.c)

    @property
    def labels(self):
        if self.kind == "multiclass":
            return self._raw("labels.i32", "<i4")
        a = self._raw("labels.u8", "u1")
        return a if self.kind == "binary" else a.reshape(self.n, self.c)

    @property
    def y64(self):
        return self.get("y64", lambda: self.labels.astype(np.int64))

    @property
    def preds(self):
        if self.kind != "multiclass":
            return self.get("preds", lambda: (self.probs >= 0.5).astype(np.uint8))
        return self.get("preds", lambda: self.logits.argmax(1).astype(np.int64))

    @property
    def logp(self):
        return self.get("logp", lambda: sps.log_softmax(self.logits, axis=1))

    @property
    def soft(self):
        """rows of probabilities as targets: the label, smoothed"""
        def make():
            a = np.full((self.n, self.c), 0.1 / self.c, np.float32)
            a[np.arange(self.n), self.labels] = 1 - 0.1 + 0.1 / self.c
            return a
        return self.get("soft", make)

    @property
    def pairs(self):
        return self.get("pairs", lambda: np.stack([-self.logits / 2, self.logits / 2], axis=1))

    @property
    def target(self):
        return self._raw("target.f32", "<f4")

    @property
    def pred(self):
        return self._raw("pred.f32", "<f4")

    @property
    def positiveTarget(self):
        return self.get("positiveTarget", lambda: np.abs(self.target) + np.float32(0.125))

    @property
    def positivePred(self):
        return self.get("positivePred", lambda: np.abs(self.pred) + np.float32(0.125))

    @property
    def logRate(self):
        return self.get("logRate", lambda: self.pred / np.float32(16))


def np_softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    e /= e.sum(1, keepdims=True)
    return e


CASES = {}  # (op, peer) -> (setup, ok)
PEERS = {}  # peer -> version string


def case(op, peer, ok=None):
    """register setup(d) -> fn or (fn, post); ok(w) may refuse a size"""
    def deco(f):
        for o in op.split():
            CASES[(o, peer)] = (f, ok)
        return f
    return deco


def upto(n):
    return lambda w: w["n"] <= n


def cm_value(cm):
    cm = np.asarray(cm, dtype=np.float64)
    i = np.arange(cm.shape[0])[:, None] * 31 + np.arange(cm.shape[0])[None, :] * 17
    return [float(np.trace(cm)), float((cm * i).sum())]


def cells_value(cm):
    cm = np.asarray(cm, dtype=np.float64).reshape(-1)
    return [float(cm.sum()), float((cm * (31 * np.arange(cm.size) + 17)).sum())]


def flat4(cm):
    cm = np.asarray(cm).reshape(-1)
    return [float(x) for x in cm]


def trapz(x, y):
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    return float(abs(np.sum((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2)))


def ap_from_curve(p, r):
    p, r = np.asarray(p, np.float64), np.asarray(r, np.float64)
    return float(-np.sum(np.diff(r) * p[:-1]))


def sc(x):
    return [float(x)]


# ---------------------------------------------------------------- numpy / scipy idioms
from scipy import special as sps, stats  # noqa: E402
import scipy  # noqa: E402

PEERS["numpy"] = f"numpy {np.__version__}, scipy {scipy.__version__}"


@case("bce_probs", "numpy")
def _(d):
    p, y = d.probs, d.labels.astype(np.float32)

    def f():
        q = np.clip(p, 1e-7, 1 - 1e-7)
        return -(y * np.log(q) + (1 - y) * np.log1p(-q)).mean(dtype=np.float64)
    return f, sc


@case("bce_logits", "numpy")
def _(d):
    z, y = d.logits, d.labels.astype(np.float32)
    return (lambda: (np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))).mean(dtype=np.float64)), sc


@case("bce_logits_grad", "numpy")
def _(d):
    z, y = d.logits, d.labels.astype(np.float32)

    def f():
        l = (np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))).mean(dtype=np.float64)
        g = (sps.expit(z) - y) / len(z)
        return l, g
    return f, lambda r: [float(r[0]), float(np.abs(r[1]).sum(dtype=np.float64))]


@case("ce_logits", "numpy")
def _(d):
    z, y = d.logits, d.labels
    idx = np.arange(d.n)
    return (lambda: (sps.logsumexp(z, axis=1) - z[idx, y]).mean(dtype=np.float64)), sc


@case("mse", "numpy")
def _(d):
    a, b = d.pred, d.target
    return (lambda: np.square(a - b).mean(dtype=np.float64)), sc


@case("dice", "numpy")
def _(d):
    p, y = d.probs, d.labels.astype(np.float32)
    return (lambda: 1 - (2 * np.dot(p, y) + 1) / (p.sum(dtype=np.float64) + y.sum(dtype=np.float64) + 1)), sc


@case("r2", "numpy")
def _(d):
    a, b = d.pred, d.target
    return (lambda: 1 - np.square(a - b).sum(dtype=np.float64) / np.square(b - b.mean(dtype=np.float64)).sum(dtype=np.float64)), sc


@case("confusion_threshold", "numpy")
def _(d):
    p, y = d.probs, d.labels
    return (lambda: np.bincount(y * 2 + (p >= 0.5), minlength=4)), flat4


@case("confusion_labels", "numpy")
def _(d):
    y, q, c = d.y64, d.preds, d.c
    return (lambda: np.bincount(y * c + q, minlength=c * c).reshape(c, c)), cm_value


@case("confusion_argmax", "numpy")
def _(d):
    y, z, c = d.y64, d.logits, d.c
    return (lambda: np.bincount(y * c + z.argmax(1), minlength=c * c).reshape(c, c)), cm_value


@case("multilabel_labels", "numpy")
def _(d):
    y, q, c = d.labels, d.preds, d.c
    place = 4 * np.arange(c)
    return (lambda: np.bincount((place + 2 * y + q).reshape(-1), minlength=4 * c)), cells_value


@case("multilabel_threshold", "numpy")
def _(d):
    y, p, c = d.labels, d.probs, d.c
    place = 4 * np.arange(c)
    return (lambda: np.bincount((place + 2 * y + (p >= 0.5)).reshape(-1), minlength=4 * c)), cells_value


@case("auroc", "numpy")
def _(d):
    # Mann-Whitney through a sort, ties by run ends
    p, y = d.probs, d.labels

    def f():
        o = np.argsort(p)[::-1]
        s, t = p[o], y[o]
        end = np.r_[np.flatnonzero(np.diff(s)), len(s) - 1]
        tp = np.cumsum(t, dtype=np.int64)[end]
        fp = 1 + end - tp
        return np.trapezoid(np.r_[0, tp], np.r_[0, fp]) / (tp[-1] * fp[-1])
    return f, sc


def np_ece(conf, hit, bins=15):
    b = np.minimum(np.ceil(conf * bins).astype(np.int64) - 1, bins - 1).clip(0)
    n = np.bincount(b, minlength=bins)
    s = np.bincount(b, weights=conf, minlength=bins)
    a = np.bincount(b, weights=hit, minlength=bins)
    return float(np.abs(s - a).sum() / n.sum())


@case("ece_bin", "numpy")
def _(d):
    p, y = d.probs, d.labels
    return (lambda: np_ece(p, y)), sc


@case("ece_mc", "numpy")
def _(d):
    z, y = d.logits, d.labels

    def f():
        q = sps.softmax(z, axis=1)
        k = q.argmax(1)
        return np_ece(q[np.arange(len(k)), k], k == y)
    return f, sc


@case("cwece", "numpy")
def _(d):
    z, y, c = d.logits, d.labels, d.c

    def f():
        q = sps.softmax(z, axis=1)
        return np.mean([np_ece(q[:, k], y == k) for k in range(c)])
    return f, sc


@case("ace_mc", "numpy")
def _(d):
    z, y = d.logits, d.labels

    def f():
        q = sps.softmax(z, axis=1)
        k = q.argmax(1)
        conf = q[np.arange(len(k)), k]
        o = np.argsort(conf)
        hit = (k == y)[o]
        conf = conf[o]
        return sum(abs(float(a.sum(dtype=np.float64)) - b.sum()) for a, b in
                   zip(np.array_split(conf, 15), np.array_split(hit, 15))) / len(k)
    return f, sc


@case("brier_bin", "numpy")
def _(d):
    p, y = d.probs, d.labels.astype(np.float32)
    return (lambda: np.square(p - y).mean(dtype=np.float64)), sc


@case("brier_mc", "numpy")
def _(d):
    z, y = d.logits, d.labels
    idx = np.arange(d.n)

    def f():
        q = sps.softmax(z, axis=1)
        q[idx, y] -= 1
        return np.square(q).sum(dtype=np.float64) / len(y)
    return f, sc


@case("temperature", "numpy")
def _(d):
    from scipy.optimize import minimize_scalar
    z, y = d.logits, d.labels
    idx = np.arange(d.n)

    def f():
        zt = z[idx, y]
        nll = lambda b: (sps.logsumexp(z * np.float32(b), axis=1) - b * zt).mean(dtype=np.float64)  # noqa: E731
        return 1 / minimize_scalar(nll, bounds=(0.05, 20), method="bounded", options={"xatol": 1e-5}).x
    return f, sc


@case("isotonic", "scipy")
def _(d):
    from scipy.optimize import isotonic_regression
    p, y = d.probs, d.labels.astype(np.float64)

    def f():
        o = np.argsort(p)
        return isotonic_regression(y[o]).x
    return f, lambda x: sc(np.square(x).sum())


PEERS["scipy"] = f"scipy {scipy.__version__}"


@case("boot_f1", "numpy")
def _(d):
    p, y = d.probs, d.labels

    def f():
        g = np.random.default_rng(0)
        pair = (y * 2 + (p >= 0.5)).astype(np.int64)
        out = []
        for _ in range(100):
            tn, fp, fn, tp = np.bincount(pair[g.integers(0, len(y), len(y))], minlength=4)
            out.append(2 * tp / (2 * tp + fp + fn))
        return out
    return f, lambda r: [float(np.mean(r)), *map(float, np.percentile(r, [2.5, 97.5]))]


# ---------------------------------------------------------------- scikit-learn
if opt("sklearn"):
    import sklearn
    from sklearn import metrics as skm
    PEERS["sklearn"] = f"scikit-learn {sklearn.__version__}"

    @case("confusion_threshold", "sklearn")
    def _(d):
        p, y = d.probs, d.labels
        return (lambda: skm.confusion_matrix(y, p >= 0.5)), flat4

    @case("confusion_labels", "sklearn")
    def _(d):
        y, q = d.y64, d.preds
        return (lambda: skm.confusion_matrix(y, q)), cm_value

    @case("confusion_argmax", "sklearn")
    def _(d):
        y, z = d.y64, d.logits
        return (lambda: skm.confusion_matrix(y, z.argmax(1))), cm_value

    @case("multilabel_labels", "sklearn")
    def _(d):
        y, q = d.labels, d.preds
        return (lambda: skm.multilabel_confusion_matrix(y, q)), cells_value

    @case("multilabel_threshold", "sklearn")
    def _(d):
        y, p = d.labels, d.probs
        return (lambda: skm.multilabel_confusion_matrix(y, p >= 0.5)), cells_value

    @case("report", "sklearn")
    def _(d):
        y, q = d.y64, d.preds
        return (lambda: skm.classification_report(y, q, output_dict=True, zero_division=0)), \
            lambda r: [r["macro avg"]["f1-score"], r["weighted avg"]["f1-score"], r["accuracy"]]

    @case("prf_macro", "sklearn")
    def _(d):
        y, q = d.y64, d.preds
        return (lambda: skm.precision_recall_fscore_support(y, q, average="macro", zero_division=0)[:3]), \
            lambda r: [float(x) for x in r]

    @case("roc_curve", "sklearn")
    def _(d):
        p, y = d.probs, d.labels
        return (lambda: skm.roc_curve(y, p)), lambda r: sc(trapz(r[0], r[1]))

    @case("auroc", "sklearn")
    def _(d):
        p, y = d.probs, d.labels
        return (lambda: skm.roc_auc_score(y, p)), sc

    @case("average_precision", "sklearn")
    def _(d):
        p, y = d.probs, d.labels
        return (lambda: skm.average_precision_score(y, p)), sc

    @case("pr_curve", "sklearn")
    def _(d):
        p, y = d.probs, d.labels
        return (lambda: skm.precision_recall_curve(y, p)), lambda r: sc(ap_from_curve(r[0], r[1]))

    @case("best_f1", "sklearn")
    def _(d):
        p, y = d.probs, d.labels

        def f():
            a, b, t = skm.precision_recall_curve(y, p)
            f1 = 2 * a * b / np.maximum(a + b, 1e-12)
            i = int(np.argmax(f1[:-1]))
            return f1[i], t[i]
        return f, lambda r: [float(r[0]), float(r[1])]

    @case("auroc_ovr", "sklearn")
    def _(d):
        q, y = d.probs, d.y64
        return (lambda: skm.roc_auc_score(y, q, multi_class="ovr")), sc

    @case("brier_mc", "sklearn")
    def _(d):
        z, y = d.logits, d.y64
        lab = np.arange(d.c)
        return (lambda: skm.brier_score_loss(y, sps.softmax(z, axis=1), labels=lab, scale_by_half=False)), sc

    @case("isotonic", "sklearn")
    def _(d):
        from sklearn.isotonic import IsotonicRegression
        p, y = d.probs, d.labels.astype(np.float32)

        def f():
            return IsotonicRegression(out_of_bounds="clip").fit(p, y)
        return f, lambda m: sc(np.square(m.predict(p).astype(np.float64)).sum())

    @case("temperature", "sklearn")
    def _(d):
        from sklearn.calibration import CalibratedClassifierCV
        from sklearn.frozen import FrozenEstimator
        from sklearn.base import BaseEstimator, ClassifierMixin
        z, y = d.logits, d.y64

        class Given(ClassifierMixin, BaseEstimator):
            def fit(self, X, y):
                self.classes_ = np.unique(y)
                self.n_features_in_ = X.shape[1]
                return self

            def decision_function(self, X):
                return X

            def predict(self, X):
                return self.classes_[X.argmax(1)]
        g = Given().fit(z, y)

        def f():
            return CalibratedClassifierCV(FrozenEstimator(g), method="temperature", ensemble=False, cv=2).fit(z, y)
        return f, lambda m: sc(1 / m.calibrated_classifiers_[0].calibrators[0].beta_)

    @case("boot_auroc", "sklearn")
    def _(d):
        p, y = d.probs, d.labels

        def f():
            g = np.random.default_rng(0)
            out = []
            for _ in range(100):
                i = g.integers(0, len(y), len(y))
                out.append(skm.roc_auc_score(y[i], p[i]))
            return out
        return f, lambda r: [float(np.mean(r)), *map(float, np.percentile(r, [2.5, 97.5]))]

    @case("boot_f1", "sklearn")
    def _(d):
        q, y = (d.probs >= 0.5).astype(np.uint8), d.labels

        def f():
            g = np.random.default_rng(0)
            out = []
            for _ in range(100):
                i = g.integers(0, len(y), len(y))
                out.append(skm.f1_score(y[i], q[i]))
            return out
        return f, lambda r: [float(np.mean(r)), *map(float, np.percentile(r, [2.5, 97.5]))]

    @case("full_eval", "sklearn")
    def _(d):
        z, y = d.logits, d.y64
        lab = np.arange(d.c)

        def f():
            q = sps.softmax(z, axis=1)
            k = q.argmax(1)
            ce = skm.log_loss(y, q, labels=lab)
            acc = skm.accuracy_score(y, k)
            pr, rc, f1, _ = skm.precision_recall_fscore_support(y, k, labels=lab, zero_division=0)
            cm = skm.confusion_matrix(y, k, labels=lab)
            ece = np_ece(q[np.arange(len(k)), k], k == y)
            br = skm.brier_score_loss(y, q, labels=lab, scale_by_half=False)
            auc = skm.roc_auc_score(y, q, multi_class="ovr", labels=lab)
            ap = skm.average_precision_score(y, q)
            return ce, acc, pr.mean(), rc.mean(), f1.mean(), ece, br, auc, ap, cm
        return f, lambda r: [float(x) for x in r[:9]]


# ---------------------------------------------------------------- torch and what is built on it
torch = opt("torch")
if torch:
    import torch.nn.functional as F
    THREADS = (1, 2)

    def tcase(op, peer, ok=None):
        """register for 1 and for 2 threads"""
        def deco(f):
            for t in THREADS:
                def setup(d, t=t):
                    torch.set_num_threads(t)
                    r = f(d)
                    fn, post = r if isinstance(r, tuple) else (r, sc)

                    def g():
                        return fn()
                    g.threads = t
                    return g, post
                for o in op.split():
                    CASES[(o, f"{peer}-t{t}")] = (setup, ok)
                PEERS.setdefault(f"{peer}-t{t}")
            return f
        return deco

    T = lambda a: torch.from_numpy(np.ascontiguousarray(a))  # noqa: E731

    def sigmoid_focal_loss(z, y, alpha, gamma):  # torchvision.ops.sigmoid_focal_loss; alpha None: none
        p = torch.sigmoid(z)
        ce = F.binary_cross_entropy_with_logits(z, y, reduction="none")
        pt = p * y + (1 - p) * (1 - y)
        loss = ce * ((1 - pt) ** gamma)
        return loss if alpha is None else (alpha * y + (1 - alpha) * (1 - y)) * loss

    def t_ece(q, hit, bins=15):
        b = torch.clamp(torch.ceil(q * bins).long() - 1, 0, bins - 1)
        s = torch.bincount(b, weights=q, minlength=bins)
        a = torch.bincount(b, weights=hit.to(q.dtype), minlength=bins)
        return (s - a).abs().sum() / q.numel()

    LOSS = {
        "brier_mc": lambda d: (lambda z, y: (lambda q: (q.square().sum(1) - 2 * q.gather(1, y[:, None])[:, 0] + 1).mean())(torch.softmax(z, 1)), (T(d.logits), T(d.y64))),
        "ece_mc": lambda d: (lambda z, y: (lambda m: t_ece(m.values, m.indices == y))(torch.softmax(z, 1).max(1)), (T(d.logits), T(d.y64))),
        "ece_bin": lambda d: (lambda p, y: t_ece(p, y), (T(d.probs), T(d.labels))),
    }
    for _op, _mk in LOSS.items():
        @tcase(_op, "torch")
        def _(d, mk=_mk):
            fn, args = mk(d)

            def f():
                with torch.inference_mode():
                    return fn(*args)
            return f, sc

        if _op in ("brier_mc", "ece_mc"):
            @tcase(_op, "torch.compile")
            def _(d, mk=_mk):
                torch._dynamo.reset()
                fn, args = mk(d)
                cf = torch.compile(fn, dynamic=False)

                def f():
                    with torch.no_grad():
                        return cf(*args)
                return f, sc

    @tcase("confusion_threshold", "torch")
    def _(d):
        p, y = T(d.probs), T(d.y64)
        return (lambda: torch.bincount(y * 2 + (p >= 0.5), minlength=4)), flat4

    @tcase("confusion_labels", "torch")
    def _(d):
        y, q, c = T(d.y64), T(d.preds), d.c
        return (lambda: torch.bincount(y * c + q, minlength=c * c).reshape(c, c)), cm_value

    @tcase("confusion_argmax", "torch")
    def _(d):
        y, z, c = T(d.y64), T(d.logits), d.c
        return (lambda: torch.bincount(y * c + z.argmax(1), minlength=c * c).reshape(c, c)), cm_value

    def t_counts(p, y):
        s, o = torch.sort(p, descending=True)
        t = y[o]
        end = torch.cat([torch.nonzero(s[1:] != s[:-1]).flatten(), torch.tensor([s.numel() - 1])])
        tp = torch.cumsum(t, 0, dtype=torch.int64)[end]
        return tp, 1 + end - tp, s[end]

    @tcase("auroc", "torch")
    def _(d):
        p, y = T(d.probs), T(d.labels)

        def f():
            tp, fp, _ = t_counts(p, y)
            z = torch.zeros(1, dtype=torch.float64)
            return torch.trapezoid(torch.cat([z, tp.double()]), torch.cat([z, fp.double()])) / (tp[-1].double() * fp[-1].double())
        return f, sc

    @tcase("average_precision", "torch")
    def _(d):
        p, y = T(d.probs), T(d.labels)

        def f():
            tp, fp, _ = t_counts(p, y)
            tp, fp = tp.double(), fp.double()
            prec = tp / (tp + fp)
            return (torch.diff(tp, prepend=torch.zeros(1, dtype=torch.float64)) * prec).sum() / tp[-1]
        return f, sc

    @tcase("best_f1", "torch")
    def _(d):
        p, y = T(d.probs), T(d.labels)

        def f():
            tp, fp, thr = t_counts(p, y)
            f1 = 2 * tp.double() / (tp + fp + tp[-1]).double()
            i = f1.argmax()
            return f1[i], thr[i]
        return f, lambda r: [float(r[0]), float(r[1])]

    @tcase("temperature", "torch")
    def _(d):
        z, y = T(d.logits), T(d.y64)

        def f():  # the usual recipe: LBFGS on NLL(logits / T), here to convergence
            t = torch.nn.Parameter(torch.ones(1))
            opt_ = torch.optim.LBFGS([t], lr=0.1, max_iter=50, line_search_fn="strong_wolfe")

            def closure():
                opt_.zero_grad()
                l = F.cross_entropy(z / t, y)
                l.backward()
                return l
            opt_.step(closure)
            return t
        return f, lambda t: sc(t.item())

    @tcase("boot_auroc", "torch")
    def _(d):
        p, y = T(d.probs), T(d.labels)

        def f():
            torch.manual_seed(0)
            out = []
            n = p.numel()
            for _ in range(100):
                i = torch.randint(n, (n,))
                tp, fp, _t = t_counts(p[i], y[i])
                z = torch.zeros(1, dtype=torch.float64)
                out.append(float(torch.trapezoid(torch.cat([z, tp.double()]), torch.cat([z, fp.double()])) / (tp[-1].double() * fp[-1].double())))
            return out
        return f, lambda r: [float(np.mean(r)), *map(float, np.percentile(r, [2.5, 97.5]))]

    def t_full(z, y, c):
        """hand-written by somebody who knows torch well"""
        with torch.inference_mode():
            lq = torch.log_softmax(z, 1)
            ce = F.nll_loss(lq, y)
            q = lq.exp()
            conf, k = q.max(1)
            cm = torch.bincount(y * c + k, minlength=c * c).reshape(c, c)
            tp, sup, pred = cm.diagonal().double(), cm.sum(1).double(), cm.sum(0).double()
            pr, rc = tp / pred.clamp(min=1), tp / sup.clamp(min=1)
            f1 = 2 * tp / (pred + sup).clamp(min=1)
            ece = t_ece(conf, k == y)
            br = (q.square().sum(1) - 2 * q.gather(1, y[:, None])[:, 0] + 1).mean()
            qt = q.t().contiguous()
            aucs, aps = [], []
            zero = torch.zeros(1, dtype=torch.float64)
            for j in range(c):
                a, b, _ = t_counts(qt[j], (y == j))
                a, b = a.double(), b.double()
                aucs.append(torch.trapezoid(torch.cat([zero, a]), torch.cat([zero, b])) / (a[-1] * b[-1]))
                aps.append((torch.diff(a, prepend=zero) * (a / (a + b))).sum() / a[-1])
            return ce, tp.sum() / y.numel(), pr.mean(), rc.mean(), f1.mean(), ece, br, torch.stack(aucs).mean(), torch.stack(aps).mean(), cm

    @tcase("full_eval", "torch")
    def _(d):
        z, y, c = T(d.logits), T(d.y64), d.c
        return (lambda: t_full(z, y, c)), lambda r: [float(x) for x in r[:9]]

    @tcase("auroc_ovr", "torch")
    def _(d):
        z, y, c = T(d.logits), T(d.y64), d.c

        def f():
            qt = torch.softmax(z, 1).t().contiguous()
            zero = torch.zeros(1, dtype=torch.float64)
            out = []
            for j in range(c):
                a, b, _ = t_counts(qt[j], (y == j))
                a, b = a.double(), b.double()
                out.append(torch.trapezoid(torch.cat([zero, a]), torch.cat([zero, b])) / (a[-1] * b[-1]))
            return torch.stack(out).mean()
        return f, sc

    PEERS.update({f"{_p}-t{_t}": None for _p in ("torch", "torch.compile") for _t in THREADS})
    for _p in list(PEERS):
        if PEERS[_p] is None:
            PEERS[_p] = f"torch {torch.__version__} (CPU, {torch.backends.cpu.get_cpu_capability()})"

    # ------------------------------------------------------------ torchmetrics
    tm = opt("torchmetrics.functional")
    if tm:
        import torchmetrics
        import torchmetrics.functional.classification as tmc

        def tmcase(op, fn, args, post=sc, **kw):
            """default (validate_args=True) and the -nv variant"""
            @tcase(op, "torchmetrics")
            def _(d):
                k = {a: (b(d) if callable(b) else b) for a, b in kw.items()}
                a = args(d)
                return (lambda: fn(*a, **k)), post

            @tcase(op, "torchmetrics-nv")
            def _(d):
                k = {a: (b(d) if callable(b) else b) for a, b in kw.items()}
                a = args(d)
                return (lambda: fn(*a, validate_args=False, **k)), post

        pb = lambda d: (T(d.probs), T(d.y64))  # noqa: E731
        zm = lambda d: (T(d.logits), T(d.y64))  # noqa: E731
        lm = lambda d: (T(d.preds), T(d.y64))  # noqa: E731
        nc = lambda d: d.c  # noqa: E731
        tmcase("confusion_threshold", tmc.binary_confusion_matrix, pb, flat4)
        tmcase("confusion_labels", tmc.multiclass_confusion_matrix, lm, cm_value, num_classes=nc)
        tmcase("confusion_argmax", tmc.multiclass_confusion_matrix, zm, cm_value, num_classes=nc)
        tmcase("multilabel_labels", tmc.multilabel_confusion_matrix, lm, cells_value, num_labels=nc)
        tmcase("multilabel_threshold", tmc.multilabel_confusion_matrix, pb, cells_value, num_labels=nc)
        tmcase("roc_curve", tmc.binary_roc, pb, lambda r: sc(trapz(r[0], r[1])))
        tmcase("auroc", tmc.binary_auroc, pb)
        tmcase("average_precision", tmc.binary_average_precision, pb)
        tmcase("pr_curve", tmc.binary_precision_recall_curve, pb, lambda r: sc(ap_from_curve(r[0], r[1])))
        tmcase("auroc_ovr", tmc.multiclass_auroc, zm, num_classes=nc)
        tmcase("binned_pr_200", tmc.binary_precision_recall_curve, pb,
               lambda r: [float(r[1].sum()), float(r[0][100])], thresholds=200)
        tmcase("binned_auroc_200", tmc.binary_auroc, pb, thresholds=200)
        tmcase("ece_bin", tmc.binary_calibration_error, pb, n_bins=15)
        tmcase("ece_mc", tmc.multiclass_calibration_error, zm, num_classes=nc, n_bins=15)

        for _nv in (False, True):
            @tcase("prf_macro", "torchmetrics" + ("-nv" if _nv else ""))
            def _(d, nv=_nv):
                q, y, c = T(d.preds), T(d.y64), d.c

                def f():
                    kw = dict(num_classes=c, average="macro", validate_args=not nv)
                    return tmc.multiclass_precision(q, y, **kw), tmc.multiclass_recall(q, y, **kw), tmc.multiclass_f1_score(q, y, **kw)
                return f, lambda r: [float(x) for x in r]

        @tcase("mse", "torchmetrics")
        def _(d):
            a, b = T(d.pred), T(d.target)
            return (lambda: tm.mean_squared_error(a, b)), sc

        @tcase("rmse", "torchmetrics")
        def _(d):
            a, b = T(d.pred), T(d.target)
            return (lambda: tm.mean_squared_error(a, b, squared=False)), sc

        @tcase("r2", "torchmetrics")
        def _(d):
            a, b = T(d.pred), T(d.target)
            return (lambda: tm.r2_score(a, b)), sc

        for _nm, _cls in (("boot_auroc", "BinaryAUROC"), ("boot_f1", "BinaryF1Score")):
            @tcase(_nm, "torchmetrics")
            def _(d, cls=_cls):
                from torchmetrics import classification as tcl
                from torchmetrics.wrappers import BootStrapper
                p, y = T(d.probs), T(d.y64)

                def f():
                    torch.manual_seed(0)
                    b = BootStrapper(getattr(tcl, cls)(), num_bootstraps=100, quantile=torch.tensor([0.025, 0.975]),
                                     sampling_strategy="multinomial")
                    b.update(p, y)
                    r = b.compute()
                    return [r["mean"], *r["quantile"]]
                return f, lambda r: [float(x) for x in r]

        for _nv in (False, True):
            @tcase("full_eval", "torchmetrics" + ("-nv" if _nv else ""))
            def _(d, nv=_nv):
                z, y, c = T(d.logits), T(d.y64), d.c

                def f():
                    with torch.inference_mode():
                        va = dict(num_classes=c, validate_args=not nv)
                        q = torch.softmax(z, 1)
                        ce = F.cross_entropy(z, y)
                        acc = tmc.multiclass_accuracy(q, y, average="micro", **va)
                        pr = tmc.multiclass_precision(q, y, average="none", **va)
                        rc = tmc.multiclass_recall(q, y, average="none", **va)
                        f1 = tmc.multiclass_f1_score(q, y, average="none", **va)
                        cm = tmc.multiclass_confusion_matrix(q, y, **va)
                        ece = tmc.multiclass_calibration_error(q, y, n_bins=15, **va)
                        br = (q.square().sum(1) - 2 * q.gather(1, y[:, None])[:, 0] + 1).mean()
                        auc = tmc.multiclass_auroc(q, y, **va)
                        ap = tmc.multiclass_average_precision(q, y, **va)
                        return ce, acc, pr.mean(), rc.mean(), f1.mean(), ece, br, auc, ap, cm
                return f, lambda r: [float(x) for x in r[:9]]

        @tcase("full_eval", "torchmetrics-collection")
        def _(d):
            from torchmetrics import MetricCollection
            from torchmetrics import classification as tcl
            z, y, c = T(d.logits), T(d.y64), d.c

            def f():
                with torch.inference_mode():
                    m = MetricCollection({
                        "acc": tcl.MulticlassAccuracy(c, average="micro"), "p": tcl.MulticlassPrecision(c, average="none"),
                        "r": tcl.MulticlassRecall(c, average="none"), "f1": tcl.MulticlassF1Score(c, average="none"),
                        "cm": tcl.MulticlassConfusionMatrix(c), "ece": tcl.MulticlassCalibrationError(c, n_bins=15),
                        "auc": tcl.MulticlassAUROC(c), "ap": tcl.MulticlassAveragePrecision(c)})
                    ce = F.cross_entropy(z, y)
                    q = torch.softmax(z, 1)
                    m.update(q, y)
                    r = m.compute()
                    br = (q.square().sum(1) - 2 * q.gather(1, y[:, None])[:, 0] + 1).mean()
                    return ce, r["acc"], r["p"].mean(), r["r"].mean(), r["f1"].mean(), r["ece"], br, r["auc"], r["ap"], r["cm"]
            return f, lambda r: [float(x) for x in r[:9]]

        for _p in list(PEERS):
            if PEERS[_p] is None:
                PEERS[_p] = f"torchmetrics {torchmetrics.__version__} on torch {torch.__version__}"

    # ------------------------------------------------------------ torcheval
    te = opt("torcheval.metrics.functional")
    if te:
        def tecase(op, name, args, post=sc, ok=None, **kw):
            if not hasattr(te, name):
                return
            fn = getattr(te, name)

            @tcase(op, "torcheval", ok)
            def _(d):
                k = {a: (b(d) if callable(b) else b) for a, b in kw.items()}
                a = args(d)
                return (lambda: fn(*a, **k)), post
        pb_ = lambda d: (T(d.probs), T(d.y64))  # noqa: E731
        zm_ = lambda d: (T(d.logits), T(d.y64))  # noqa: E731
        lm_ = lambda d: (T(d.preds), T(d.y64))  # noqa: E731
        tecase("confusion_threshold", "binary_confusion_matrix", pb_, flat4)
        tecase("confusion_labels", "multiclass_confusion_matrix", lm_, cm_value, num_classes=lambda d: d.c)
        tecase("confusion_argmax", "multiclass_confusion_matrix", zm_, cm_value, num_classes=lambda d: d.c)
        tecase("auroc", "binary_auroc", pb_)
        tecase("average_precision", "binary_auprc", pb_)
        tecase("pr_curve", "binary_precision_recall_curve", pb_, lambda r: sc(ap_from_curve(r[0], r[1])))
        tecase("auroc_ovr", "multiclass_auroc", zm_, num_classes=lambda d: d.c)
        tecase("binned_pr_200", "binary_binned_precision_recall_curve", pb_,
               lambda r: [float(r[1].sum()), float(r[0][100])], threshold=200)
        # N x thresholds in memory: at 1e7 it takes more than 24 GiB and the machine ends it
        tecase("binned_auroc_200", "binary_binned_auroc", pb_, lambda r: sc(r[0]), ok=upto(1_000_000), threshold=200)
        tecase("mse", "mean_squared_error", lambda d: (T(d.pred), T(d.target)))
        tecase("r2", "r2_score", lambda d: (T(d.pred), T(d.target)))

        @tcase("prf_macro", "torcheval")
        def _(d):
            q, y, c = T(d.preds), T(d.y64), d.c

            def f():
                kw = dict(num_classes=c, average="macro")
                return te.multiclass_precision(q, y, **kw), te.multiclass_recall(q, y, **kw), te.multiclass_f1_score(q, y, **kw)
            return f, lambda r: [float(x) for x in r]
        _v = getattr(opt("torcheval"), "__version__", "?")
        for _p in list(PEERS):
            if PEERS[_p] is None:
                PEERS[_p] = f"torcheval {_v} on torch {torch.__version__}"

# ---------------------------------------------------------------- the expressions of ../operations/
ENV = {"np": np, "math": math, "sps": sps, "stats": stats}
if opt("sklearn"):
    ENV["skm"] = skm
if torch:
    ENV.update(torch=torch, F=F, sigmoid_focal_loss=sigmoid_focal_loss)
    if tm:
        ENV.update(tmc=tmc)


def arguments(d, takes, convert):
    """what an expression is given: x, t and w for the arrays it takes, and c classes"""
    return {"c": d.c, **{name: convert(d, key) for name, key in zip("xtw", takes)}}


def for_numpy(d, key):
    return d.y64 if key == "labels" and d.kind == "multiclass" else getattr(d, key)


def for_torch(d, key):
    if key != "labels":
        return T(getattr(d, key))
    return T(d.y64) if d.kind == "multiclass" else T(d.labels).float()


def for_torchmetrics(d, key):
    return T(d.y64) if key == "labels" else T(getattr(d, key))


def function_of(expression, values):
    return eval(f"lambda {', '.join(values)}: {expression}", ENV)


def numpy_case(op, peer, takes, expression):
    @case(op, peer)
    def _(d):
        values = arguments(d, takes, for_numpy)
        fn = function_of(expression, values)
        return (lambda: fn(**values)), sc


def torch_case(op, peer, takes, expression, convert=for_torch, given={}, gradient=False, compiled=False):
    @tcase(op, peer)
    def _(d):
        values = arguments(d, takes, convert)
        for name, prepared in given.items():
            values[name] = eval(prepared, ENV, values)
        fn = function_of(expression, values)
        if compiled:
            torch._dynamo.reset()
            fn = torch.compile(fn, dynamic=False)
        if not gradient:
            def f():
                with torch.no_grad() if compiled else torch.inference_mode():
                    return fn(**values)
            return f, sc
        x = values["x"] = values["x"].clone().requires_grad_(True)

        def g():
            x.grad = None
            loss = fn(**values)
            loss.backward()
            return loss, x.grad
        return g, lambda r: [float(r[0]), float(r[1].abs().sum(dtype=torch.float64))]


for _op, _about in SPEC["describe"].items():
    _py = _about.get("python", {})
    _takes, _gradient = _py.get("takes"), _py.get("gradient", False)
    for _peer in ("sklearn", "scipy"):
        if _peer in _py and _peer in PEERS and not _gradient:
            numpy_case(_op, _peer, _takes, _py[_peer])
    if torch and "torch" in _py:
        for _name in ("torch", "torch.compile"):
            torch_case(_op, _name, _takes, _py["torch"], given=_py.get("given", {}), gradient=_gradient, compiled=_name != "torch")
    if "torchmetrics" in _py and "tmc" in ENV:
        for _name, _more in (("torchmetrics", ""), ("torchmetrics-nv", ", validate_args=False")):
            torch_case(_op, _name, _takes, f"{_py['torchmetrics'][:-1]}{_more})", for_torchmetrics)

# ---------------------------------------------------------------- netcal
nm = opt("netcal.metrics")
if nm:
    PEERS["netcal"] = f"netcal {getattr(opt('netcal'), '__version__', '?')}"

    @case("ece_bin", "netcal")
    def _(d):
        p, y = d.probs, d.y64
        return (lambda: nm.ECE(15).measure(p, y)), sc

    @case("ece_mc", "netcal")
    def _(d):
        z, y = d.logits, d.y64
        return (lambda: nm.ECE(15).measure(sps.softmax(z, axis=1), y)), sc

    @case("ace_mc", "netcal")
    def _(d):
        z, y = d.logits, d.y64
        return (lambda: nm.ECE(15, equal_intervals=False).measure(sps.softmax(z, axis=1), y)), sc

    nb = opt("netcal.binning")
    if nb:
        @case("isotonic", "netcal")
        def _(d):
            p, y = d.probs, d.y64
            return (lambda: nb.IsotonicRegression().fit(p, y)), lambda m: sc(np.square(np.asarray(m.transform(p), np.float64)).sum())

# ---------------------------------------------------------------- uncertainty-calibration
uc = opt("calibration")
if uc and hasattr(uc, "get_ece"):
    PEERS["uncertainty-calibration"] = "uncertainty-calibration (verified_calibration)"

    @case("ece_mc", "uncertainty-calibration", upto(1_000_000))
    def _(d):
        z, y = d.logits, d.y64
        return (lambda: uc.get_ece(sps.softmax(z, axis=1), y, num_bins=15)), sc

# ---------------------------------------------------------------- catalyst
ct = opt("catalyst.contrib.utils.thresholds")
if ct:
    PEERS["catalyst"] = f"catalyst {getattr(opt('catalyst'), '__version__', '?')}"

    @case("best_mc_thresholds", "catalyst", upto(10_000))
    def _(d):
        q, y = d.probs.astype(np.float64), d.y64  # float32 scores raise TypeError in catalyst 22.04
        return (lambda: ct.get_best_multiclass_thresholds(q, y, lambda a, b: (a == b).mean())), lambda r: sc(r[0])

# ---------------------------------------------------------------- jax
jax = opt("jax")
if jax and not os.environ.get("NO_JAX"):
    import jax.numpy as jnp
    # pinned to one core (taskset) it is listed as a single-thread peer of its own
    JAX = "jax-t1" if len(os.sched_getaffinity(0)) == 1 else "jax"
    PEERS[JAX] = f"jax {jax.__version__} (CPU, jit, {'pinned to one core' if JAX != 'jax' else 'all cores'})"

    def jcase(op, fn, args, post=sc):
        @case(op, JAX)
        def _(d):
            a = [jnp.asarray(x) for x in args(d)]
            jf = jax.jit(fn)

            def f():
                r = jf(*a)
                jax.block_until_ready(r)
                return r
            return f, post
    fz = lambda d: (d.logits, d.labels.astype(np.float32))  # noqa: E731
    fp = lambda d: (d.probs, d.labels.astype(np.float32))  # noqa: E731
    fm = lambda d: (d.logits, d.labels)  # noqa: E731
    j_bce = lambda z, y: (jnp.maximum(z, 0) - z * y + jnp.log1p(jnp.exp(-jnp.abs(z)))).mean()  # noqa: E731
    j_ce = lambda z, y: (jax.nn.logsumexp(z, axis=1) - jnp.take_along_axis(z, y[:, None], 1)[:, 0]).mean()  # noqa: E731
    jg = lambda r: [float(r[0]), float(np.abs(np.asarray(r[1])).sum(dtype=np.float64))]  # noqa: E731

    def j_focal(z, y):
        p = jax.nn.sigmoid(z)
        ce = jnp.maximum(z, 0) - z * y + jnp.log1p(jnp.exp(-jnp.abs(z)))
        pt = p * y + (1 - p) * (1 - y)
        return ((0.25 * y + 0.75 * (1 - y)) * ce * (1 - pt) ** 2).mean()

    def j_bcep(p, y):
        q = jnp.clip(p, 1e-7, 1 - 1e-7)
        return -(y * jnp.log(q) + (1 - y) * jnp.log1p(-q)).mean()

    def j_brier(z, y):
        q = jax.nn.softmax(z, 1)
        return (jnp.square(q).sum(1) - 2 * jnp.take_along_axis(q, y[:, None], 1)[:, 0] + 1).mean()

    def j_ece(z, y):
        q = jax.nn.softmax(z, 1)
        k, m = q.argmax(1), q.max(1)
        b = jnp.clip(jnp.ceil(m * 15).astype(jnp.int32) - 1, 0, 14)
        return jnp.abs(jnp.bincount(b, m, length=15) - jnp.bincount(b, (k == y).astype(jnp.float32), length=15)).sum() / len(y)
    jcase("bce_probs", j_bcep, fp)
    jcase("bce_logits", j_bce, fz)
    jcase("bce_logits_grad", jax.value_and_grad(j_bce), fz, jg)
    jcase("focal", j_focal, fz)
    jcase("dice", lambda p, y: 1 - (2 * (p * y).sum() + 1) / (p.sum() + y.sum() + 1), fp)
    jcase("tversky", lambda p, y: 1 - ((p * y).sum() + 1) / ((p * y).sum() + .3 * (p * (1 - y)).sum() + .7 * ((1 - p) * y).sum() + 1), fp)
    jcase("ce_logits", j_ce, fm)
    jcase("ce_logits_grad", jax.value_and_grad(j_ce), fm, jg)
    jcase("mse", lambda a, b: jnp.square(a - b).mean(), lambda d: (d.pred, d.target))
    jcase("r2", lambda a, b: 1 - jnp.square(a - b).sum() / jnp.square(b - b.mean()).sum(), lambda d: (d.pred, d.target))
    jcase("brier_mc", j_brier, fm)
    jcase("ece_mc", j_ece, fm)


# ---------------------------------------------------------------- running
@contextlib.contextmanager
def bench_lock():
    if not LOCK:
        yield
        return
    with open(LOCK, "a") as fh:
        fcntl.flock(fh, fcntl.LOCK_EX)
        yield


def peers_for(w):
    return [p for (o, p), (_, ok) in CASES.items() if o == w["op"] and (ok is None or ok(w))]


_cache = {}


def get_data(name):
    if name not in _cache:
        _cache.clear()
        gc.collect()
        _cache[name] = Data(name)
    return _cache[name]


class Prepared:
    def __init__(self, wid, peer):
        self.w = WL[wid]
        setup, _ = CASES[(self.w["op"], peer)]
        r = setup(get_data(self.w["data"]))
        self.fn, self.post = r if isinstance(r, tuple) else (r, sc)
        self.threads()
        t = time.perf_counter_ns()
        out = self.fn()
        self.warm = time.perf_counter_ns() - t
        self.value = [float(v) if np.isfinite(v) else None for v in map(float, self.post(out))]

    def threads(self):
        t = getattr(self.fn, "threads", None)
        if t:
            torch.set_num_threads(t)

    def time(self, budget, min_runs=1, max_runs=1000):
        self.threads()
        gc.collect()
        ts, total = [], 0
        while len(ts) < min_runs or (total < budget * 1e9 and len(ts) < max_runs):
            t = time.perf_counter_ns()
            out = self.fn()
            dt = time.perf_counter_ns() - t
            del out
            ts.append(dt)
            total += dt
        return ts


def serve():
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever a library prints goes to stderr
    held = {}
    for line in sys.stdin:
        try:
            m = json.loads(line)
            c = m["cmd"]
            if c == "list":
                r = {"peers": PEERS, "cases": [[w["id"], p] for w in WL.values() for p in peers_for(w)]}
            elif c == "prepare":
                pr = Prepared(m["w"], m["peer"])
                held[m["peer"]] = pr
                r = {"warm": pr.warm, "value": pr.value}
            elif c == "time":
                r = {"times": held[m["peer"]].time(m["budget"], m.get("minRuns", 1), m.get("maxRuns", 1000))}
            elif c == "release":
                held.clear()
                gc.collect()
                r = {}
            else:
                break
        except Exception as e:  # noqa: BLE001
            r = {"error": f"{type(e).__name__}: {str(e)[:200]}"}
        out.write(json.dumps(r) + "\n")


def rss_kb():
    for line in open("/proc/self/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1])


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--list", action="store_true")
    ap.add_argument("--serve", action="store_true")
    ap.add_argument("--only", default=".*")
    ap.add_argument("--peers", default="")
    ap.add_argument("--budget", type=float, default=0.8)
    ap.add_argument("--json")
    ap.add_argument("--rss", nargs=2, metavar=("WORKLOAD", "PEER"))
    a = ap.parse_args()
    if a.serve:
        return serve()
    if a.rss:
        w = WL[a.rss[0]]
        d = get_data(w["data"])
        d.logits, d.labels  # noqa: B018 - load the inputs
        before = rss_kb()
        t = time.perf_counter()
        v = Prepared(*a.rss).value
        dt = time.perf_counter() - t
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps({"workload": a.rss[0], "peer": a.rss[1], "loaded_mb": round(before / 1024), "peak_mb": round(peak / 1024),
                          "added_mb": round((peak - before) / 1024), "first_call_s": round(dt, 2), "value": v}))
        return None
    want = set(a.peers.split(",")) if a.peers else None
    if a.list:
        for p, v in sorted(PEERS.items()):
            print(f"{p:28s} {v}")
        return None
    res = []
    for w in WL.values():
        if not re.search(a.only, w["id"]):
            continue
        for p in peers_for(w):
            if want and p not in want:
                continue
            try:
                with bench_lock():
                    pr = Prepared(w["id"], p)
                    ts = pr.time(a.budget, 3 if pr.warm < 2e10 else 1)
                row = {"w": w["id"], "peer": p, "min": min(ts) / w["n"], "median": statistics.median(ts) / w["n"], "runs": len(ts), "value": pr.value}
                print(f"{w['id']:34s} {p:26s} {row['min']:11.3f} {row['median']:11.3f} ns/sample  x{len(ts):<4d} {['%.7g' % v if v is not None else 'nan' for v in pr.value]}", flush=True)
            except Exception as e:  # noqa: BLE001
                row = {"w": w["id"], "peer": p, "error": f"{type(e).__name__}: {str(e)[:200]}"}
                print(f"{w['id']:34s} {p:26s} ERROR {row['error']}", flush=True)
            pr = None
            res.append(row)
    if a.json:
        json.dump({"peers": PEERS, "rows": res}, open(a.json, "w"), indent=1)
    return None


if __name__ == "__main__":
    main()
