"""A private PostgreSQL server over whichever binaries exist, and databases cloned from a template."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from core.backup import tools
from core.errors import ConfigError

if sys.platform != "win32":
    import pwd

#: What makes a throw-away server quick: nothing of it has to survive a power cut.
FAST: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_connections": "200",
    "max_wal_size": "1GB",
}

LOCALE = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
START_SECONDS = 30
STOP_SECONDS = 10

# The servers that this process has started: a child must be waited for.
_children: dict[int, subprocess.Popen[bytes]] = {}

# From 15 on, a copy may go by files: without full-page writes twice as fast as logging every page.
FILE_COPY_SINCE = 150_000

# The number under which every process of a run waits for a template to be made.
TEMPLATE_LOCK = 5_403_117


@dataclass(frozen=True)
class Server:
    """A running server: its folder, its process and the address of its first database."""

    home: Path
    pid: int
    url: str


@contextmanager
def running_postgres(settings: Mapping[str, str] = FAST) -> Iterator[str]:
    """The address of a server that lives as long as the block."""
    home = Path(tempfile.mkdtemp(prefix="dovetail-pg-"))
    try:
        server = start(home, settings)
        try:
            yield server.url
        finally:
            stop(server)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def start(home: Path, settings: Mapping[str, str] = FAST) -> Server:
    """Start a server whose data, socket and log lie in the empty folder `home`."""
    bindir = _for_the_server(_require_bindir(), home)
    home.chmod(0o700)
    _give_away(home)
    _make_data(bindir, home)
    return _launch(bindir, home, settings)


def crash(server: Server) -> None:
    """End a `server` of this process as a power cut does: nothing is written any more, nobody is told."""
    os.kill(server.pid, signal.SIGKILL)
    _children.pop(server.pid).wait()


def start_again(server: Server, settings: Mapping[str, str] = FAST) -> Server:
    """Start a server on what a crashed one left behind, once the last of its processes has noticed."""
    bindir, deadline = _for_the_server(_require_bindir(), server.home), time.monotonic() + START_SECONDS
    while True:
        try:
            return _launch(bindir, server.home, settings)
        except ConfigError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _launch(bindir: Path, home: Path, settings: Mapping[str, str]) -> Server:
    process = _spawn(bindir, home, settings)
    _children[process.pid] = process
    server = Server(home, process.pid, _url(home))
    try:
        _wait_until_ready(process, server)
    except BaseException:
        stop(server)
        raise
    return server


def stop(server: Server) -> None:
    """End `server`, hung connections included; one that is gone already is fine."""
    with suppress(ProcessLookupError):
        os.kill(server.pid, signal.SIGINT)
    deadline = time.monotonic() + STOP_SECONDS
    while is_alive(server.pid):
        if time.monotonic() > deadline:
            with suppress(ProcessLookupError):
                os.kill(server.pid, signal.SIGQUIT)
            break
        time.sleep(0.02)
    child = _children.pop(server.pid, None)
    if child is not None:
        child.wait()


def stop_left_behind(home: Path) -> None:
    """End the server of `home` if it still answers, for whoever started it is gone."""
    try:
        with administering(_url(home)):
            pid = (home / "data" / "postmaster.pid").read_text().split()[0]
    except (psycopg.OperationalError, OSError):
        return
    stop(Server(home, int(pid), _url(home)))


def find_bindir() -> Path | None:
    """The folder of `initdb` and `postgres`."""
    return tools.folder_with("initdb")


def create_database(url: str, name: str, template: str | None = None) -> str:
    """Make the database `name` (as a copy of `template`) and return its address."""
    statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if template is not None:
        statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
    with administering(url) as connection:
        if template is not None and connection.info.server_version >= FILE_COPY_SINCE:
            statement += sql.SQL(" STRATEGY file_copy")
        connection.execute(statement)
    return sibling(url, name)


def drop_databases(url: str, names: Iterable[str]) -> None:
    """Drop the databases `names`, whoever is still connected."""
    with administering(url) as connection:
        for name in names:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def template_database(url: str, name: str, prepare: Callable[[str], None]) -> str:
    """Make the database `name` once, whichever process asks first, filled by `prepare(address)`.

    `prepare` must leave no connection open: PostgreSQL copies only what nobody uses.
    """
    with administering(url) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            draft = f"{name}_draft"
            drop_databases(url, [draft])
            prepare(create_database(url, draft))
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            connection.execute(rename.format(sql.Identifier(draft), sql.Identifier(name)))
    return sibling(url, name)


@contextmanager
def cloned_database(url: str, name: str, template: str | None = None) -> Iterator[str]:
    """The address of a database `name`, a copy of `template`, dropped after the block."""
    address = create_database(url, name, template)
    try:
        yield address
    finally:
        drop_databases(url, [name])


def sibling(url: str, name: str) -> str:
    """The address of the database `name` on the server of `url`."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@contextmanager
def administering(url: str) -> Iterator[psycopg.Connection]:
    """A connection to the database of `url` for statements that each stand alone."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


def _require_bindir() -> Path:
    bindir = find_bindir()
    if bindir is not None:
        return bindir
    raise ConfigError(
        "No PostgreSQL was found on this machine. Install the system's package (Debian: apt-get install "
        "postgresql), or name the folder of its binaries in DOVETAIL_PG_BINDIR."
    )


def _as_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root: there it runs as `nobody`."""
    return "nobody" if _as_root() else None


def _group() -> int | None:
    """The group beside that account, so that nothing of root's is left to the server."""
    if sys.platform == "win32" or not _as_root():
        return None
    return pwd.getpwnam("nobody").pw_gid


def _give_away(path: Path) -> None:
    """Hand `path` and all in it to the account that the server runs as."""
    user = _unprivileged()
    if user is None:
        return
    for each in (path, *path.rglob("*")):
        shutil.chown(each, user)


def _for_the_server(bindir: Path, home: Path) -> Path:
    """`bindir` itself, or a copy in `home` where the server's account cannot reach it."""
    reachable = all(folder.stat().st_mode & 0o001 for folder in (bindir, *bindir.parents))
    if not _as_root() or reachable:
        return bindir
    # A wheel's binaries find their libraries in the sibling folder `<package>.libs`.
    package = bindir.parent.parent
    target = home / "wheel"
    if target.exists():
        return target / package.name / bindir.parent.name / "bin"
    shutil.copytree(bindir.parent, target / package.name / bindir.parent.name)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name)
    return target / package.name / bindir.parent.name / "bin"


def _make_data(bindir: Path, home: Path) -> None:
    """An empty cluster in `home/data`, copied from the one of an earlier start when there is one."""
    kept = _kept_cluster(bindir)
    data = home / "data"
    if kept.exists():
        shutil.copytree(kept, data)
        _give_away(data)
        return
    _initdb(bindir, data)
    _keep(data, kept)


def _initdb(bindir: Path, data: Path) -> None:
    command = [
        str(bindir / "initdb"),
        f"--pgdata={data}",
        "--username=postgres",
        # The socket lies in a folder of mode 0700, and no port is opened.
        "--auth=trust",
        "--encoding=UTF8",
        f"--locale={LOCALE}",
        "--no-sync",
    ]
    done = subprocess.run(  # noqa: S603 -- our own arguments, no shell
        command,
        user=_unprivileged(),
        group=_group(),
        extra_groups=[] if _as_root() else None,
        cwd=data.parent,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ConfigError(f"PostgreSQL's initdb failed: {done.stderr.strip() or done.stdout.strip()}")


def _kept_cluster(bindir: Path) -> Path:
    """Where the empty cluster of this very PostgreSQL is kept for the next start."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    release = subprocess.run(  # noqa: S603 -- our own arguments, no shell
        [str(bindir / "postgres"), "--version"],
        capture_output=True,
        text=True,
        check=True,
        user=_unprivileged(),
        group=_group(),
        cwd="/",
    ).stdout
    digest = hashlib.sha256(f"{release} {LOCALE}".encode()).hexdigest()[:16]
    return cache / "dovetail" / f"postgres-{digest}"


def _keep(data: Path, kept: Path) -> None:
    """Copy the fresh cluster `data` to `kept`; a home that cannot be written costs only time."""
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=kept.parent))
        shutil.copytree(data, draft / "data")
        with suppress(FileExistsError):
            (draft / "data").rename(kept)
        shutil.rmtree(draft, ignore_errors=True)
    except OSError:
        return


def _spawn(bindir: Path, home: Path, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    options = {"listen_addresses": "", "unix_socket_directories": str(home), **settings}
    command = [str(bindir / "postgres"), "-D", str(home / "data")]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    with (home / "server.log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603 -- our own arguments, no shell
            command,
            user=_unprivileged(),
            group=_group(),
            extra_groups=[] if _as_root() else None,
            cwd=home,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C in the terminal is for the tests, which then stop the server.
            start_new_session=True,
        )


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": LOCALE, "TZ": "UTC"}


def _url(home: Path) -> str:
    address = URL.create(
        "postgresql+psycopg", username="postgres", database="postgres", query={"host": str(home)}
    )
    return address.render_as_string(hide_password=False)


def _wait_until_ready(process: subprocess.Popen[bytes], server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with administering(server.url):
                return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                said = (server.home / "server.log").read_text(errors="replace")[-2000:]
                raise ConfigError(f"PostgreSQL did not start. Its log says: {said}") from None
            time.sleep(0.03)


def is_alive(pid: int) -> bool:
    """Whether the process runs; a child of ours that has ended is reaped on the way."""
    child = _children.get(pid)
    if child is not None:
        return child.poll() is None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another account's
        return True
    return True
