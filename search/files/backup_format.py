"""How files of backups begin, on every engine, so that other files are told from them."""

__all__ = ["MAX_HEAD_BYTES", "SNAPSHOT_FORMAT", "TAR_HEAD", "begins_backup"]

TAR_HEAD = "dateline-backup.json"
"""The first member of a generation's tar file."""
SNAPSHOT_FORMAT = "dateline-opensearch-backup"
"""The first value of the JSON file that names a cluster's snapshot."""
MAX_HEAD_BYTES = 512
_TAR_MAGIC = slice(257, 262)


def begins_backup(head: bytes) -> bool:
    """Tell from the first MAX_HEAD_BYTES bytes of a file that it is a backup."""
    if head.startswith(TAR_HEAD.encode() + b"\0"):
        return head[_TAR_MAGIC] == b"ustar"
    return b"".join(head.split()).startswith(b'{"format":"%b"' % SNAPSHOT_FORMAT.encode())
