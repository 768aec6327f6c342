"""Torture tests: commands killed at random moments, failing disks and hostile clients.

`make torture` runs them for hours, the normal tests run short versions.

harness.py      commands, a model of the expected index, readers that search all the time
__main__.py     the long run of kills, with a summary
network.py      a server under attack by clients.py, directly and behind proxies
"""
