"""English stop words: ignored if a query has other words, but searched in phrases and alone.

Words with a second meaning (`mine`, `May`, `back`) are left out: in `gold mine` they matter.
"""

__all__ = ["STOP_WORDS"]

STOP_WORDS = frozenset(
    """
    a about above across after again against all almost along already also although always am
    amid among an and another any anybody anyone anything are aren't around as at away be became
    because become becomes been before began behind being below beside besides between beyond
    both but by came can can't cannot come comes could couldn't despite did didn't do does
    doesn't doing don't done down during each either else even ever every everybody everyone
    everything few for from further get gets getting given gives go goes going gone got had
    hadn't has hasn't have haven't having he he'd he'll he's hence her here here's hers herself
    him himself his how how's however i i'd i'll i'm i've if in indeed instead into is isn't it
    it'd it'll it's its itself just least less let's like made make makes many maybe me
    meanwhile more moreover most much must mustn't my myself neither never nevertheless no
    nobody none nor not nothing now of off often on once one only onto or other others otherwise
    ought our ours ourselves out over own per perhaps put quite rather really said same say says
    see seem seemed seems seen several shall she she'd she'll she's should shouldn't since so
    some somebody someone something somewhat still such take taken takes than that that's the
    their theirs them themselves then there there's therefore these they they'd they'll they're
    they've this those though through throughout thus till to together too took toward towards
    under unless until unto up upon us use used uses using very via was wasn't we we'd we'll
    we're we've well went were weren't what what's whatever when whenever where where's whereas
    wherever whether which whichever while who who's whoever whole whom whose why why's will
    with within without won't would wouldn't yes yet you you'd you'll you're you've your yours
    yourself yourselves
    """.split()
)
