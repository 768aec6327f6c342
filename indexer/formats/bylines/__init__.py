"""By-lines to authors: one entry per person or organisation."""
