"""Lexical rules of the query language: quotation marks, operators, runs, and what is ignored."""
