"""Side-by-side measurements of two things in one run; `make bench` writes results.md."""
