"""WordPress: exports (WXR), its REST API, and what its posts need: privacy, shortcodes, text."""
