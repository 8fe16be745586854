"""The embedding of a few symbols as a product of matrices."""

from __future__ import annotations

import torch
from torch import Tensor, nn

FEW = 64  # symbols; of more, what is saved no longer pays for the product


class FewSymbols(nn.Embedding):
    """An embedding whose gradient is a product too.

    PyTorch's own, where it has to be deterministic on a GPU, adds up what belongs to a symbol one position
    after another, and a batch has thousands of positions of each.
    """

    def forward(self, ids: Tensor) -> Tensor:
        """(batch, time) -> (batch, time, width), exactly the rows of the weight."""
        chosen = ids.unsqueeze(-1) == torch.arange(self.num_embeddings, device=ids.device)
        with torch.autocast(ids.device.type, enabled=False):
            return chosen.to(self.weight.dtype) @ self.weight


def suited(embedding: nn.Embedding) -> nn.Embedding:
    """The embedding with the same weight that is fastest for so many symbols."""
    if embedding.num_embeddings > FEW:
        return embedding
    return FewSymbols(embedding.num_embeddings, embedding.embedding_dim, _weight=embedding.weight.detach())
