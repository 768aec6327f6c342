"""Korean: the nouns within words, under particles, verbal endings and in compounds.

A Korean word is what is written between two spaces: often a noun with particles (`국회에서도`, "in
the National Assembly, too"), or one with the verb 하다 or 되다 (`연설했다`, "gave a speech").
`index_stems` returns terms to index in addition to the word itself, `query_stems` the terms that
a typed word matches.

There is no dictionary. A form that does not suit the sound before it is not a particle: `전문가`
("expert") is a whole noun, because after a consonant the particle would be `이`. Lists in
`word_lists.py` name frequent exceptions.

Measured on our own sentences in the style of news: 80 with 108 queries, on which the lists were
tuned, and in parentheses 34 with 135 queries, which were written later
(`tests/unit/search/korean_news.txt` and `korean_news_unseen.txt`).

===================================  ===========  ===========  ====================
terms                                precision    recall       added terms per word
===================================  ===========  ===========  ====================
nouns under particles and endings    1.00 (1.00)  0.67 (0.63)           0.73 (0.85)
all pairs of syllables (Lucene CJK)  0.91 (0.96)  0.86 (0.87)           2.23 (2.64)
both                                 0.92 (0.96)  0.99 (0.99)           2.51 (3.03)
nouns and the parts of compounds     0.99 (1.00)  0.99 (0.99)           1.25 (1.86)
===================================  ===========  ===========  ====================
"""

from search.analysis.korean.nouns import index_stems, is_korean, query_splits, query_stems

__all__ = ["index_stems", "is_korean", "query_splits", "query_stems"]
