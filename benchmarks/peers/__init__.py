"""The search services that are compared: each loads the same articles and answers alike."""
