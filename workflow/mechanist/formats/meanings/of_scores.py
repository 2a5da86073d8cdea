"""Meanings of columns of scores, comparisons and learning curves."""

from typing import Final

from mechanist.formats.described_columns import COUNT, FROM_ONE, PURE, SHARE, Column, logical, text
from mechanist.formats.shared_columns import KEY_COLUMNS, TARGET
from mechanist.formats.value_ranges import ANY

#: Unit of a number whose unit stands in the column ``unit`` of its row.
ROW_UNIT: Final = "given in column 'unit'"

#: What a score is about.
ABOUT: Final = {
    "wing": text("Part of the project, such as glass."),
    "system": text("Name of the simulated or measured system."),
    "model": text("Name of the model in the configuration."),
    "label": text("Name of the model as a reader sees it."),
    "role": text("Role of the model, such as data, mechanism, hybrid, baseline or control."),
    "estimator": text("Name of the estimator, the regression or network that the model trains."),
    "features": text("Descriptors that the model reads, with spaces between; empty for none."),
    "metric": text("Name of the measure of quality; docs/glossary.md explains each."),
    "target": TARGET,
    "subset": text("Part of the data that is scored, such as a load, or all of it."),
    "train": text("System or load on which the model was trained."),
    "test": text("System or load on which the model was tested."),
    "unit": text("Unit of the numbers of this row."),
    "method": text("Name of the method."),
    "n_train": Column(PURE, "Number of samples in training.", COUNT),
    "draw": Column(PURE, "Number of the random choice of training samples, from 0.", COUNT),
}
#: A score with its interval.
SCORE: Final = {
    "value": Column(ROW_UNIT, "Value of the metric."),
    "low": Column(ROW_UNIT, "Lower end of the interval; empty if there is none."),
    "high": Column(ROW_UNIT, "Upper end of the interval; empty if there is none."),
    "level": Column(
        PURE, "Share of cases in which such an interval should hold the true value.", SHARE
    ),
    "n_samples": Column(PURE, "Number of independent samples behind the number.", COUNT),
    "n_objects": Column(PURE, "Number of objects behind the number, such as particles.", COUNT),
    "base_rate": Column(
        PURE, "Share of objects in the class that is sought; empty if there is none.", SHARE
    ),
}
#: A score of one model less that of another.
DIFFERENCE: Final = {
    "first": text("Model whose score is taken."),
    "second": text("Model whose score is subtracted."),
    "difference": Column(ROW_UNIT, "Score of the first model less that of the second."),
    "p_value": Column(
        PURE,
        "Probability of a difference at least as large if both models were equally good.",
        SHARE,
    ),
    "wins": Column(PURE, "Share of samples on which the first model is better.", SHARE),
}
INTERVAL_METHOD: Final = {"method": text("How the interval was computed; none if there is none.")}
#: Sums from which scores of whole samples are computed.
MOMENTS: Final = {
    "truth": Column("of the target", "True value less the mean of all true values."),
    "prediction": Column("of the target", "Predicted value less the mean of all true values."),
    "truth_truth": Column("of the target, squared", "Square of the column truth.", ">= 0"),
    "prediction_prediction": Column(
        "of the target, squared", "Square of the column prediction.", ">= 0"
    ),
    "truth_prediction": Column("of the target, squared", "Product of truth and prediction."),
    "squared_error": Column(
        "of the target, squared", "Square of the error of the prediction.", ">= 0"
    ),
    "absolute_error": Column("of the target", "Size of the error of the prediction.", ">= 0"),
    "rank_truth_truth": Column(
        PURE, "Square of the rank of the truth, counted from the middle rank.", ">= 0"
    ),
    "rank_prediction_prediction": Column(
        PURE, "Square of the rank of the prediction, counted from the middle rank.", ">= 0"
    ),
    "rank_truth_prediction": Column(PURE, "Product of both ranks."),
}
#: Tables of errors by number of training samples.
EFFICIENCY: Final = {
    **{name: ABOUT[name] for name in ("model", "n_train", "draw")},
    "sample": KEY_COLUMNS["sample"],
    "error": Column("of the target, squared", "Squared error of the held-out sample.", ">= 0"),
    "spread": Column(
        "of the target, squared", "Squared distance of its truth from the mean.", ">= 0"
    ),
}
#: Tables of attributions.
ATTRIBUTION: Final = {
    "grouping": text("How features were grouped: by descriptor, or by their correlation."),
    "group": text("Group of features that is permuted or to which a prediction is attributed."),
    "n_features": Column(PURE, "Number of features in the group.", FROM_ONE),
}
#: The board of published results.
BOARD: Final = {
    "id": text("Short name of the publication in config/published.yaml."),
    "publication": text("Authors, journal and year."),
    "doi": text("DOI of the publication; empty if there is none."),
    "task": text("What is predicted or found in the publication."),
    "status": text("Whether the number was read in the publication itself, and with what care."),
    "source": text("Where the published number stands."),
    "note": text("What a reader must know when comparing the numbers."),
    "case": text("Publication and target, which name the rows that are compared."),
    "kind": text("Whose number it is: published, ours, a baseline or a rival."),
    "bound": text("Sign < or > if the published number is a bound only."),
    "text": text("The number as the board shows it."),
    "best": logical("Whether this is the best of our models."),
}
#: Coverage of intervals on made-up data.
COVERAGE: Final = {
    "statistic": text("Score whose interval is tested."),
    "interval": text("Function that computes the interval."),
    "resampled": text("What counts as independent: samples, or, as the control, objects."),
    "shared": Column(PURE, "Share of the variance that the objects of a sample share.", SHARE),
    "noise": Column(PURE, "Standard deviation of the error of predictions.", ">= 0"),
    "slope": Column(PURE, "Slope of the predictions against the truth.", ANY),
    "tails": text("Distribution of the made-up numbers."),
    "truth": Column("of the statistic", "Value of the statistic without any chance."),
    "method": text("How the interval was computed."),
    "repeats": Column(PURE, "Number of times that the data were made anew.", FROM_ONE),
    "covered": Column(PURE, "Share of the repeats whose interval holds the truth.", SHARE),
    "error": Column(PURE, "Standard error of that share.", ">= 0"),
    "below": Column(PURE, "Share of repeats whose interval lies below the truth.", SHARE),
    "above": Column(PURE, "Share of repeats whose interval lies above the truth.", SHARE),
    "width": Column("of the statistic", "Median width of the interval.", ">= 0"),
    **{name: SCORE[name] for name in ("level", "n_samples", "n_objects")},
}
#: Check of the folds of all predictions.
LEAKAGE: Final = {
    **{name: ABOUT[name] for name in ("wing", "system", "model")},
    "n_samples": SCORE["n_samples"],
    "n_rows": Column(PURE, "Number of rows of the file of predictions.", COUNT),
    "folds": Column(PURE, "Number of folds of the cross-validation.", FROM_ONE),
    "splits_sha256": text("SHA-256 of the folds, which is the same for all models of a system."),
}
#: Findings of the audit.
AUDIT: Final = {
    "wing": ABOUT["wing"],
    "kind": text("Name of the descriptor in the configuration."),
    "name": text("Name of the descriptor as a reader sees it."),
    "n_features": Column(
        PURE, "Number of features that the descriptor gives for an object.", COUNT
    ),
    "criterion": text("Number of the criterion, i to v."),
    "title": text("Name of the criterion."),
    "verdict": text("Verdict on the criterion."),
    "leading": logical("Whether this finding decides the verdict on its criterion."),
    "finding": text("What was tested."),
    "finding_verdict": text("Verdict on this finding alone."),
    "value": Column(ROW_UNIT, "Measured value; empty if nothing could be measured."),
    "unit": ABOUT["unit"],
    "pass": Column(ROW_UNIT, "Largest value that passes; empty if no value decides."),
    "warn": Column(ROW_UNIT, "Value from which the verdict is a warning; empty if there is none."),
    "fail": Column(ROW_UNIT, "Value from which the verdict is a failure; empty if there is none."),
    "probe": text("States on which the test was made."),
    "note": text("Reason for the verdict, or what the value means."),
    "decides": logical("Whether the finding counts for the verdict on its criterion."),
    "measured": logical("Whether the value depends on the machine, as times do."),
    "seed": Column(PURE, "Root seed of the random numbers.", COUNT),
}
#: Scores where atoms or rows, and not whole glasses, are assigned to folds.
FOLD_LEAK: Final = {
    **{name: ABOUT[name] for name in ("model", "metric", "subset", "unit")},
    **{name: SCORE[name] for name in ("value", "low", "high", "level", "n_samples")},
    "strain": Column(PURE, "Equivalent shear strain of the target.", "> 0"),
    "folds": text("What is assigned to folds as a whole: sample, object or row."),
    "gain": Column(ROW_UNIT, "Score less that with folds of whole glasses, mean over glasses."),
    "gain_low": Column(ROW_UNIT, "Lower end of the interval of the gain."),
    "gain_high": Column(ROW_UNIT, "Upper end of the interval of the gain."),
}
#: What a coarse path took, by sample, load and strain.
COARSE_COSTS: Final = {
    "sample": KEY_COLUMNS["sample"],
    "load": KEY_COLUMNS["load"],
    "strain": Column(PURE, "Equivalent shear strain that is reached.", "> 0"),
    "walk": Column(PURE, "Number of the walk: one that passes a strain is not walked anew.", COUNT),
    "steps": Column(PURE, "Number of steps from the state before loading.", FROM_ONE),
    "evaluations": Column(PURE, "Number of evaluations of forces or Hessian products.", COUNT),
    "cpu_seconds": Column("s", "CPU time of the steps and of the motion of particles.", ">= 0"),
}
#: CPU seconds a glass and load, of what models consist of.
MODEL_COSTS: Final = {
    "part": text("Kind of work: descriptor, training of a model, or the full simulation."),
    "name": text(
        "Name of the descriptor or the model in the configuration; full for the simulation."
    ),
    "strain": Column(PURE, "Strain that is reached; 0 where the cost is the same for all.", ">= 0"),
    "cpu_seconds": Column("s", "CPU time for one glass under one load, mean over them.", ">= 0"),
    "n_samples": SCORE["n_samples"],
}
#: Scores of kicked twins of the full path, against the path that targets are measured on.
TWINS: Final = {
    "sample": KEY_COLUMNS["sample"],
    "load": KEY_COLUMNS["load"],
    "strain": Column(PURE, "Equivalent shear strain of the target.", "> 0"),
    "kick": Column("length", "Standard deviation of the displacement before every step.", ">= 0"),
    "metric": ABOUT["metric"],
    "value": Column("of the metric", "Score of the twin's D2min against the target."),
}
#: Scores against costs.
FRONTIER: Final = {
    **{name: ABOUT[name] for name in ("model", "metric", "subset", "unit")},
    "kind": text(
        "A path that learns nothing, a trained model, or the full path with kicks (kicked)."
    ),
    "strain": Column(PURE, "Equivalent shear strain of the target.", "> 0"),
    **{name: SCORE[name] for name in ("value", "low", "high", "level", "n_samples")},
    "cpu_seconds": Column(
        "s",
        "CPU time for one glass under one load: features, load-blind ones shared out over loads, and"
        " training shared out over glasses and loads.",
        ">= 0",
    ),
    "cost_share": Column(
        PURE, "CPU time as a share of that of the full path to the strain.", ">= 0"
    ),
    "gain": Column(
        ROW_UNIT,
        "Score less that of the coarse paths at the same cost, between which is interpolated; empty"
        " for paths and where no path is as cheap.",
    ),
    "gain_low": Column(ROW_UNIT, "Lower end of the interval of the gain."),
    "gain_high": Column(ROW_UNIT, "Upper end of the interval of the gain."),
}
#: Probes of models for leaks.
LEAK_PROBES: Final = {
    **{name: ABOUT[name] for name in ("wing", "system", "model")},
    "truth": Column(
        PURE,
        "Largest change of a prediction when the truth of tested rows is replaced by garbage, in"
        " standard deviations of the predictions.",
        ">= 0",
    ),
    "features": Column(
        PURE,
        "Largest change of a prediction when the features of other tested rows are replaced by"
        " garbage, in standard deviations of the predictions.",
        ">= 0",
    ),
    "verdict": text("Whether the model leaks, in words."),
}
