"""A PostgreSQL server of the tests' own: in a folder of its own, on a socket in it, stopped by its process."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE_S = 60
PLACES = ("/usr/local/bin", *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True))


def binaries() -> Path | None:
    """Folder of initdb and postgres: DISPATCH_POSTGRES_BIN, else the first of the path and of PLACES."""
    everywhere = os.pathsep.join([os.environ.get("PATH", ""), *PLACES])
    found = shutil.which("initdb", path=os.environ.get("DISPATCH_POSTGRES_BIN") or everywhere)
    if found is None:
        return None
    folders = (Path(found).resolve().parent, Path(found).parent)
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


def as_other() -> dict[str, Any]:
    """Whom to run the server as: it refuses root."""
    if os.getuid() != 0:
        return {}
    return {"user": "nobody", "group": "nogroup", "extra_groups": []}


@contextmanager
def running(programs: Path) -> Iterator[str]:
    """Run a server; gives the folder of its socket."""
    home = Path(tempfile.mkdtemp(prefix="dispatch-pg-"))
    who = as_other()
    if who:
        shutil.chown(home, who["user"], who["group"])
    try:
        subprocess.run(
            [programs / "initdb", "-D", home / "data", "-U", "dispatch", "-A", "trust", "-E", "UTF8",
             "--locale=C", "--no-sync"],
            check=True, capture_output=True, cwd=home, **who,
        )  # fmt: skip
        with (home / "log").open("wb") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", home / "data", "-k", home, "-c", "listen_addresses=",
                 "-c", "fsync=off", "-c", "max_connections=50"],
                stdout=log, stderr=log, cwd=home, **who,
            )  # fmt: skip
        try:
            wait_for(home, server)
            yield str(home)
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: the data are thrown away
            server.wait(PATIENCE_S)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def wait_for(home: Path, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers."""
    import psycopg  # noqa: PLC0415 - every test starts with this module, and few need a server

    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            psycopg.connect(host=str(home), user="dispatch", dbname="postgres").close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError((home / "log").read_text(encoding="utf-8")) from None
            time.sleep(0.05)
        else:
            return
