"""`fit`: one method, one split, one seed; the same rows, budget and test rows as every other method's."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmerm import __version__
from llmerm.baselines.job import CHECKPOINT, WEIGHTS, Fitted, Job, Probe, Progress
from llmerm.baselines.registry import Method, method
from llmerm.baselines.result import BaselineResult, result_of
from llmerm.baselines.settings import build
from llmerm.dataset import Dataset, Split, joined
from llmerm.errors import DataError, LlmermError, UsageError
from llmerm.result import baseline
from llmerm.run import RunDirectory, about

if TYPE_CHECKING:
    from llmerm.baselines.settings import Settings

FIT_ON = ("all", "train")


def fit(
    name: str,
    data: Split,
    *,
    seed: int = 0,
    fit_on: str = "all",
    test_by_n: Mapping[int, Dataset] | None = None,
    run: Path | str | None = None,
    progress: Progress | None = None,
    **settings: Any,
) -> BaselineResult:
    """Fit the baseline `name` on the labelled rows of a split and count its errors on the test rows.

    A method learns from training and held-out rows together (`fit_on="all"`): that is the number of labels
    that `learn` is given too. With "train" the held-out rows are kept apart, to stop by or to report on.
    `test_by_n` has test rows of other lengths, by length. `run` names a folder that records and resumes
    (docs/runs.md); a finished one is read. `settings` are those of the method (`baselines.METHODS`,
    docs/baselines.md). The same arguments give the same result, on one kind of device.

    Raises UsageError for a method or setting that does not exist or a run folder of another run, DataError
    for rows that the method cannot read, MissingExtraError when the extra `baselines` is not installed.
    """
    chosen = method(name)
    wanted = build(chosen.settings, settings)
    if seed < 0:
        raise UsageError(f"seed {seed}: a seed is an integer from 0")
    rows, heldout, test = _sets(data, fit_on)
    others = _others(test_by_n)
    config = _config(data, chosen, wanted, seed=seed, fit_on=fit_on, others=others)
    with ExitStack() as stack:
        record = None
        if run is not None:
            record = stack.enter_context(
                RunDirectory(run, config, {"versions": versions(chosen)}, folders=())
            )
            found = _finished(record, wanted)
            if found is not None:
                return found
        by_n = {n: Probe(part) for n, part in others.items()}
        job = Job(
            rows=rows,
            heldout=Probe(heldout) if heldout is not None else None,
            test=Probe(test) if test is not None else None,
            seed=seed,
            folder=record.folder if record else None,
            tell=progress or (lambda line: None),
            others=tuple(by_n.values()),
        )
        try:
            fitted = chosen.load()(job, wanted)
        except LlmermError:
            if record is not None:
                record.discard()
            raise
        score = functools.partial(_score, fitted)
        result = BaselineResult(
            method=name,
            train=score(Probe(rows)) if chosen.judges_train else None,
            heldout=score(job.heldout) if job.heldout else None,
            test=score(job.test) if job.test else None,
            test_by_n={n: score(probe) for n, probe in by_n.items()},
            facts=fitted.facts,
            baseline=baseline(rows, heldout if heldout is not None else rows, test),
            config=config,
            classes=rows.classes,
            versions=versions(chosen),
            fitted=fitted,
        )
        if record is not None:
            record.save_result(result.to_json())
            (record.folder / CHECKPOINT).unlink(missing_ok=True)
    return result


def plan(
    name: str,
    data: Split,
    *,
    fit_on: str = "all",
    test_by_n: Mapping[int, Dataset] | None = None,
    **settings: Any,
) -> dict[str, Any]:
    """Tokens and US dollars that `fit` with these arguments may take, as JSON types; nothing is sent.

    Raises UsageError for a method that asks no model, and otherwise as `fit` does.
    """
    chosen = method(name)
    planner = chosen.planner()
    if planner is None:
        raise UsageError(f"{name} asks no model and costs nothing: leave --dry-run out")
    wanted = build(chosen.settings, settings)
    rows, heldout, test = _sets(data, fit_on)
    judged = [part for part in (heldout, test, *_others(test_by_n).values()) if part is not None]
    return planner(rows, [Probe(part).rows for part in judged], wanted)


def versions(chosen: Method) -> dict[str, str]:
    """Versions of llmerm and of the packages that the method runs on."""
    found = {}
    for package in chosen.packages:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue  # loading the method says so, and what to install
    return {"llmerm": __version__, **found}


def _finished(record: RunDirectory, settings: Settings) -> BaselineResult | None:
    """The recorded result; None while there is none. Raises UsageError where it is not what is asked for."""
    document = record.result()
    if document is None:
        return None
    if getattr(settings, "save_weights", False) and not (record.folder / WEIGHTS).exists():
        raise UsageError(
            f"{record.folder} holds a finished run that kept no weights; give --run a new folder"
        )
    (record.folder / CHECKPOINT).unlink(missing_ok=True)
    try:
        return result_of(document)
    except (LookupError, TypeError, ValueError, AttributeError):
        raise UsageError(
            f"{record.folder / 'result.json'} is damaged; remove it, or give another --run"
        ) from None


def _score(fitted: Fitted, probe: Probe) -> Any:
    most = fitted.most_rows
    probe = probe if most is None else probe.head(most)
    return probe.score(fitted.predict(probe.rows))


def _sets(data: Split, fit_on: str) -> tuple[Dataset, Dataset | None, Dataset | None]:
    """The rows to learn from, those kept apart, those to test on."""
    if fit_on not in FIT_ON:
        raise UsageError(f"fit_on is one of {', '.join(FIT_ON)}, not {fit_on!r}")
    train = _labelled(data.train, "training rows")
    heldout = None if data.heldout is None else _labelled(data.heldout, "held-out rows")
    test = None if data.test is None else _labelled(data.test, "test rows")
    for part in (heldout, test):
        if part is not None and (part.input_type, part.classes) != (train.input_type, train.classes):
            raise UsageError("training, held-out and test rows must share their input type and classes")
    if fit_on == "train" or heldout is None:
        return train, heldout, test
    return joined(train, heldout), None, test


def _others(test_by_n: Mapping[int, Dataset] | None) -> dict[int, Dataset]:
    """Test rows by length, from the shortest."""
    return {n: _labelled(part, f"test rows of n = {n}") for n, part in sorted((test_by_n or {}).items())}


def _labelled(rows: Any, name: str) -> Dataset:
    if not isinstance(rows, Dataset):
        raise UsageError(f"a baseline holds its rows in memory, and the {name} are a stream; read a file")
    if len(rows) == 0:
        raise DataError(f"there are no {name}")
    if rows.y is None:
        raise DataError(f"the {name} have no labels")
    return rows


def _config(
    data: Split, chosen: Method, settings: Settings, *, seed: int, fit_on: str, others: dict[int, Dataset]
) -> dict[str, Any]:
    """What makes two runs the same run, as JSON types."""
    sets = (("train", data.train), ("heldout", data.heldout), ("test", data.test))
    return {
        "spec": data.spec,
        "spec_hash": data.spec_hash,
        "rows": {name: about(rows) for name, rows in sets if rows is not None},
        "test_by_n": {str(n): about(rows) for n, rows in others.items()},
        "method": chosen.name,
        "settings": {
            name: v for name, v in asdict(settings).items() if name not in chosen.settings.unrecorded
        },
        "seed": seed,
        "fit_on": fit_on,
    }
