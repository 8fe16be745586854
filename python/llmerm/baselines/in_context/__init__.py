"""In-context learning: a model reads labelled rows in its prompt and answers for one more."""
