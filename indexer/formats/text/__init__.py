"""Text formats: encodings, trees of HTML and XML, light Markdown, links and addresses."""
