"""Text analysis: tokens, plain text, near-duplicate sketches and embeddings. Start with `analyzer`.

Nothing is re-exported, because `analyzer` and `plain_text` are names of modules and functions.
"""
