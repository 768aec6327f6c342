"""Saved pages of publishers; start at `reader.py`.

One module answers each question: what the page declares, its title, authors, date and body. The
package exports nothing, since importing the reader imports trafilatura, which takes long.
"""
