"""Permissions: paths that this process may not read or write, and messages that say what to do."""

import grp
import os
import pwd
import stat
from collections.abc import Iterable
from pathlib import Path

__all__ = ["READ", "WRITE", "first_refused", "refusal", "user_name"]

READ = os.R_OK
WRITE = os.W_OK


def first_refused(paths: Iterable[Path], right: int) -> Path | None:
    """Return the first path that this process may not READ or WRITE, or the folder that blocks it.

    Paths that do not exist are skipped. WRITE access to a folder means to create and remove files
    in it.
    """
    accessible: set[Path] = set()
    for path in paths:
        # Below a folder without access, it is not possible to tell whether a path exists.
        for folder in reversed(path.absolute().parents):
            if folder in accessible:
                continue
            if not os.access(folder, os.X_OK, effective_ids=True):
                return folder if folder.is_dir() else None
            accessible.add(folder)
        needed = right | os.X_OK if path.is_dir() else right
        if not os.access(path, needed, effective_ids=True) and path.exists():
            return path
    return None


def refusal(path: Path, right: int, root: Path | None) -> str:
    """Return a message that says why a path cannot be read or written, and what to do.

    `path` is the result of `first_refused`. `root` is the data folder, which may be given to
    another user, or None if the path is outside of it.
    """
    if right == WRITE and os.statvfs(path).f_flag & os.ST_RDONLY:
        return f"{path} is on a file system that is mounted read-only"
    status = path.stat()
    user, owner = user_name(os.geteuid()), user_name(status.st_uid)
    mode = f"{stat.S_IMODE(status.st_mode):04o}"
    verb, participle = ("write", "written") if right == WRITE else ("read", "read")
    if status.st_uid == os.geteuid():
        return f"{path} cannot be {participle}, because its mode is {mode}; run chmod u+rwX {path}"
    group = _group_name(status.st_gid)
    ownership = (
        f"{path} belongs to another user: its owner is {owner}, its group {group}, its mode {mode}"
    )
    if root is None:
        return (
            f"{ownership}, and {user} may not {verb} it; run this as {owner}, or choose another "
            "path"
        )
    root = root.absolute()
    is_single = path.is_file() and root / "generations" not in path.absolute().parents
    change = f"chown {user} {path}" if is_single else f"chown -R {user} {root}"
    if right == READ and (grant := _read_grant(path, status, root)):
        change = (
            f"{grant}, or {change}; files of later loads follow their umask (027 lets the group "
            "read)"
        )
    elif is_single and _is_in_our_groups(status):
        change = f"chmod g+rw {path}"
    return f"{ownership}, and {user} may not {verb} it; run this as {owner}, or, as root, {change}"


def _read_grant(path: Path, status: os.stat_result, root: Path) -> str:
    """Return the command that lets this process read a path without changing its owner.

    It is empty if a file outside of the generations would become readable for everyone.
    """
    generations = root / "generations"
    if generations in (path.absolute(), *path.absolute().parents):
        return f"chmod -R {'g' if _is_in_our_groups(status) else 'a'}+rX {generations}"
    return f"chmod g+rX {path}" if _is_in_our_groups(status) else ""


def _is_in_our_groups(status: os.stat_result) -> bool:
    """Return whether a file's group is one of this process's groups."""
    return status.st_gid in (os.getegid(), *os.getgroups())


def user_name(uid: int) -> str:
    """Return a user's name, or the number of a user without a name."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"{uid}"


def _group_name(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return f"{gid}"
