"""What in-context learning may cost, before anything is sent (`--dry-run`)."""

from __future__ import annotations

from typing import Any

from llmerm.baselines.in_context.remote import server_of
from llmerm.baselines.settings import InContext
from llmerm.dataset import Dataset
from llmerm.propose import budget
from llmerm.propose.prompting import question


def plan(rows: Dataset, judged: list[Dataset], settings: InContext) -> dict[str, Any]:
    """Tokens and cost of labels for the first rows of each set, a request each, as `propose` plans.

    Every prompt is counted as the longest. `prompt` is the first one. A model run here costs nothing.
    """
    prompts = [
        question(rows, row, prompt_file=settings.prompt_file)
        for part in judged
        for row in part[: settings.queries].x
    ]
    prompt = prompts[0] if prompts else None
    if settings.model is None:
        assert settings.model_path is not None
        return budget.free_plan(settings.model_path, len(prompts)) | {"prompt": prompt}
    server = server_of(settings)
    longest = max(prompts, key=len, default="")
    body = server.api.first_body(server.config, longest, 0)
    document = budget.plan(server.config, server.price, body, longest, len(prompts))
    return document | {"prompt": prompt}
