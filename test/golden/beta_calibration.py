"""Writes beta_calibration.json: fits of betacal (pip install betacal scikit-learn), which is not part of this project.

Run as `python beta_calibration.py > beta_calibration.json` in this folder. betacal fits by scikit-learn's
LogisticRegression, which ends at a gradient of 1e-4; here it ends at 1e-12, so that what is compared is the minimum.
"""

import csv
import functools
import json
import sys
from importlib.metadata import version

import betacal.beta_calibration as module
import numpy as np
from betacal import BetaCalibration
from sklearn.linear_model import LogisticRegression

module.LogisticRegression = functools.partial(LogisticRegression, tol=1e-12, max_iter=10000, solver="newton-cholesky")

COLUMNS = [
    ("breast_cancer_cal", "lr_prob", "float32"),
    ("breast_cancer_test", "nb_prob", "float32"),
    ("pima_cal", "lr_prob", "float32"),
    ("pima_test", "nb_prob", "float32"),
    ("pima_test", "rf_prob", "float32"),
    ("pima_test", "mlp_prob", "float32"),
    ("sonar_test", "lr_prob", "float32"),
    ("german_credit_cal", "rf_prob", "float32"),
    ("german_credit_test", "lr_prob", "float32"),
    ("cells_logistic", "prob", "float64"),
    ("cells_naive_bayes", "prob", "float64"),
    ("forecasts_nfl", "prob", "float64"),
    ("forecasts_nba", "prob", "float64"),
]
FORMS = ["abm", "am", "ab"]
NEW = [0.0, 0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999, 1.0]


def column(data, name, dtype):
    with open(f"data/{data}.csv") as file:
        return np.array([float(row[name]) for row in csv.DictReader(file)]).astype(dtype).astype("float64")


def case(data, name, dtype, form):
    y, p = column(data, "y_true", "int32"), column(data, name, dtype)
    fitted = BetaCalibration(form).fit(p, y)
    a, b, _ = fitted.calibrator_.map_
    # What the fit gives at 1/2 is the logit of 1/2 and the constant.
    half = fitted.predict(np.array([0.5]))[0]
    c = np.log(half) - np.log1p(-half) + (a - b) * np.log(2)
    if a < 0 or b < 0:
        # With "am" and "ab" betacal lets curves fall.
        return None
    libraries = f"betacal {version('betacal')} with scikit-learn {version('scikit-learn')}"
    return {
        "id": f"calibration/{data}/{name}/beta_{form}",
        "metric": "beta_calibration",
        "task": "binary",
        "source": f"{libraries}, LogisticRegression(C=99999999999, tol=1e-12, solver='newton-cholesky')",
        "inputs": {
            "y_true": {"file": f"data/{data}.csv", "column": "y_true", "dtype": "int32"},
            "y_prob": {"file": f"data/{data}.csv", "column": name, "dtype": dtype},
            "y_prob_new": {"values": NEW, "dtype": "float64"},
        },
        "options": {"parameters": form},
        "expected": {"a": float(a), "b": float(b), "c": float(c), "predictions": fitted.predict(np.array(NEW)).tolist()},
        "precision": "float64",
        "tolerance": {"rtol": 1e-7, "atol": 1e-9},
    }


cases = [found for columns in COLUMNS for form in FORMS if (found := case(*columns, form))]
lines = ",\n".join(json.dumps(one) for one in cases)
sys.stdout.write(f'{{"schema": 1, "group": "calibration", "cases": [\n{lines}\n]}}\n')
