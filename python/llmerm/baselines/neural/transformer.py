"""The baseline `transformer`: a decoder from scratch on tokens of the rows' symbols."""

from __future__ import annotations

from llmerm.baselines.job import Job
from llmerm.baselines.neural.model import SIZES, decoder
from llmerm.baselines.neural.network import Trained, classes_of, outputs_for
from llmerm.baselines.neural.recipe import recipe, seeded
from llmerm.baselines.neural.tokens import Vocabulary
from llmerm.baselines.neural.training import Trainer
from llmerm.baselines.settings import Transformer


def fit(job: Job, settings: Transformer) -> Trained:
    """Train a decoder of the wanted size on the job's rows."""
    plan = recipe(settings, SIZES[settings.size].defaults, len(job.rows))
    vocabulary = Vocabulary.of(job.rows)
    with seeded(job.seed):
        model = decoder(settings.size, vocabulary.size, outputs_for(classes_of(job.rows)))
    trainer = Trainer(
        model,
        vocabulary.encode,
        job,
        plan,
        every=settings.checkpoint_every,
        save_weights=settings.save_weights,
    )
    trainer.fitted.facts.update({"size": settings.size, "vocabulary": vocabulary.size})
    return trainer.run()
