"""Two searches next to each other: their numbers, their time, and what sets each apart."""
