"""The baseline `icl`: a language model is shown all labelled rows in its prompt, and asked for one label."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from llmerm.baselines.in_context.labels import label_of
from llmerm.baselines.in_context.model import Model
from llmerm.baselines.in_context.remote import RemoteModel
from llmerm.baselines.job import Job, Predicted
from llmerm.baselines.registry import METHODS
from llmerm.baselines.settings import InContext
from llmerm.dataset import Dataset
from llmerm.propose.prompting import question
from llmerm.propose.tally import Tally


class Prompted:
    """A model and the rows that its prompts show; nothing is learnt before it is asked."""

    def __init__(self, job: Job, settings: InContext, model: Model) -> None:
        self._job, self._settings, self._model = job, settings, model
        self._tally = Tally(model.price)
        self._statuses = Counter[str]()
        self._counted: set[str] = set()

    @property
    def most_rows(self) -> int:
        """Queries of a set: each is a request."""
        return self._settings.queries

    @property
    def facts(self) -> dict[str, Any]:
        """How many were asked, why some have no label, tokens and US dollars; of the replies so far."""
        missing = {status: count for status, count in sorted(self._statuses.items()) if status != "ok"}
        return {
            **self._model.facts,
            "shots": len(self._job.rows),
            "queries": len(self._counted),
            "no_label": missing,
            "usage": self._tally.usage(),
            "cost": self._tally.cost(),
        }

    def predict(self, rows: Dataset) -> Predicted:
        """The label that the model gives each row, one request a row; a fault where its reply has none.

        Raises ProposerError when a row has no reply.
        """
        bare = Dataset.from_packed(rows.packed(), None, rows.classes)
        prompts = {f"{bare.hash[:12]}-{i:04}": self._prompt(row) for i, row in enumerate(bare.x)}
        labels, faults = dict.fromkeys(prompts, 0), dict.fromkeys(prompts, True)
        for done, (name, reply) in enumerate(self._model.ask(prompts), 1):
            label, status = label_of(reply, self._job.rows.classes)
            if label is not None:
                labels[name], faults[name] = label, False
            if name not in self._counted:
                self._counted.add(name)
                self._tally.add({"prompt": prompts[name]}, reply)
                self._statuses[status] += 1
            self._job.tell(f"query {done:,} of {len(prompts):,}")
        return Predicted(np.array([*labels.values()], np.int64), np.array([*faults.values()], bool))

    def _prompt(self, row: Any) -> str:
        return question(self._job.rows, row, prompt_file=self._settings.prompt_file)


def fit(job: Job, settings: InContext) -> Prompted:
    """Choose the model and show it the job's rows; it is asked when rows are judged."""
    example = question(job.rows, job.rows.x[0], prompt_file=settings.prompt_file)
    if settings.model is not None:
        return Prompted(job, settings, RemoteModel(settings, job.folder, example))
    local = METHODS["icl"].imported("llmerm.baselines.in_context.local:LocalModel")
    return Prompted(job, settings, local(settings, job, example))
