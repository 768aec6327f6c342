"""Side-by-side measurements; `make bench` writes benchmarks/results.md. Each compares two things in one run."""
