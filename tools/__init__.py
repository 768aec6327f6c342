"""Programs for developers: fuzz and soak tests, mangled files, screenshots, API examples."""
