"""Files that this process may not read or write: whose they are and what to do, in words."""

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
    """Return the first path that this process has no right to READ or WRITE, or the folder that keeps it away.

    Paths that do not exist are passed over. To WRITE a folder means to make and remove files in it.
    """
    passed: set[Path] = set()
    for path in paths:
        # Of a path below a closed folder nobody can tell whether it exists.
        for folder in reversed(path.absolute().parents):
            if folder in passed:
                continue
            if not os.access(folder, os.X_OK, effective_ids=True):
                return folder if folder.is_dir() else None
            passed.add(folder)
        needed = right | os.X_OK if path.is_dir() else right
        if not os.access(path, needed, effective_ids=True) and path.exists():
            return path
    return None


def refusal(path: Path, right: int, root: Path | None) -> str:
    """Say why a path cannot be read or written, and what helps.

    `path` is what `first_refused` returned, `root` the data folder, which may be handed over to
    another user; None where the path is not Dateline's.
    """
    if right == WRITE and os.statvfs(path).f_flag & os.ST_RDONLY:
        return f"{path} is on a file system that is mounted read-only"
    status = path.stat()
    us, owner = user_name(os.geteuid()), user_name(status.st_uid)
    mode = f"{stat.S_IMODE(status.st_mode):04o}"
    verb, done = ("write", "written") if right == WRITE else ("read", "read")
    if status.st_uid == os.geteuid():
        return f"{path} cannot be {done}, as its mode is {mode}; run chmod u+rwX {path}"
    whose = f"{path} belongs to another user: its owner is {owner}, its group {_group(status.st_gid)}, its mode {mode}"
    if root is None:
        return f"{whose}, and {us} may not {verb} it; run this as {owner}, or choose another place"
    root = root.absolute()
    is_single = path.is_file() and root / "generations" not in path.absolute().parents
    change = f"chown {us} {path}" if is_single else f"chown -R {us} {root}"
    if right == READ and (more := _opening(path, status, root)):
        change = f"{more}, or {change}; what later loads write follows their umask (027 lets the group read)"
    elif is_single and _is_ours(status):
        change = f"chmod g+rw {path}"
    return f"{whose}, and {us} may not {verb} it; run this as {owner}, or, as root, {change}"


def _opening(path: Path, status: os.stat_result, root: Path) -> str:
    """Return the command that lets us read a path and leaves it to its owner; "" where that would open it to all."""
    ours = _is_ours(status)
    generations = root / "generations"
    if generations in (path.absolute(), *path.absolute().parents):
        return f"chmod -R {'g' if ours else 'a'}+rX {generations}"
    return f"chmod g+rX {path}" if ours else ""


def _is_ours(status: os.stat_result) -> bool:
    """Tell whether a file's group is one of this process's."""
    return status.st_gid in (os.getegid(), *os.getgroups())


def user_name(uid: int) -> str:
    """Return a user's name, or the number of one that has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"{uid}"


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return f"{gid}"
