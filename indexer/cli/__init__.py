"""The commands of `dateline`; importing `main` registers all of them."""
