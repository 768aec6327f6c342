"""Byte streams and the splitters that cut records out of them, one per format."""
