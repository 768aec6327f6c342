"""The commands of `dateline`. `main` is the entry point; importing it registers all commands."""
