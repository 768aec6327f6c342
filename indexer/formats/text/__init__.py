"""Bytes to text: encodings, HTML and XML to trees, HTML to light Markdown, links and addresses."""
