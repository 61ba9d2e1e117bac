"""What keeps other users of a machine out of a run's own workers, and what is said of workers that are not its own.

Whoever may speak to a Dask scheduler or worker may run any program there. So all parts of our own cluster speak TLS,
and answer only to who holds the key of this run; it is made when the run begins and goes with it. Nothing else listens
that has anything to say, and the scratch folder of the workers, from which they may import, is closed to others.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from core.errors import UserError
from core.private_folder import make_private
from core.scratch import Scratch

if TYPE_CHECKING:
    from distributed import Security

#: Scheduler and workers have web servers, which know no keys; they have no pages here.
NO_PAGES: dict[str, list[str]] = {"distributed.scheduler.http.routes": [], "distributed.worker.http.routes": []}


def new_credentials() -> Security:
    """A key and certificate for one cluster, in memory; Dask hands them to the workers through their pipes.

    OpenSSL reads keys from files only, so Dask writes them into a folder of mode 0700 for the moment of each reading.
    """
    from distributed import Security

    credentials: Security = Security.temporary()
    return credentials


@contextlib.contextmanager
def scratch_folder() -> Iterator[str]:
    """A folder for temporary files of own workers, closed to others, which goes with the block.

    Raises UserError where it cannot be made, or another user can put something in its place.
    """
    place = tempfile.gettempdir()
    with contextlib.ExitStack() as held:
        try:
            scratch = Scratch(place)
            held.callback(scratch.close)
            make_private(scratch.folder)
        except OSError as error:
            why = error.strerror
            raise UserError(f"{place}: workers cannot use it ({why}); set TMPDIR to another place.") from error
        yield str(scratch.folder)


def trusted_in(address: str) -> str:
    """One line that says what a run trusts a scheduler of somebody else with."""
    open_to = (
        "only those who hold its TLS keys can do the same"
        if address.startswith(("tls://", "wss://"))
        else "so can everyone who reaches that address, as it asks for no key (docs/security.md has TLS)"
    )
    return f"scheduler {address}: it and its workers can run programs as you, on this machine too; {open_to}."
