"""The pages that tell what an archive holds over time, and in which words."""
