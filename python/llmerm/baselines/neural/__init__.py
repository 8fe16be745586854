"""Networks on PyTorch: models, one training loop, checkpoints."""
