"""File signatures of backups of every engine, to recognise backups among other files."""

__all__ = ["MAX_HEAD_BYTES", "SNAPSHOT_FORMAT", "TAR_HEAD", "begins_backup"]

TAR_HEAD = "dateline-backup.json"
"""Name of the first member of a generation's tar file."""
SNAPSHOT_FORMAT = "dateline-opensearch-backup"
"""First value of the JSON file that names a cluster's snapshot."""
MAX_HEAD_BYTES = 512
_TAR_MAGIC = slice(257, 262)


def begins_backup(head: bytes) -> bool:
    """Return whether a file with these first MAX_HEAD_BYTES bytes is a backup."""
    if head.startswith(TAR_HEAD.encode() + b"\0"):
        return head[_TAR_MAGIC] == b"ustar"
    return b"".join(head.split()).startswith(b'{"format":"%b"' % SNAPSHOT_FORMAT.encode())
