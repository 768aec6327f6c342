"""Units; the contract of an engine; the user's way (command line, HTTP, browser)."""
