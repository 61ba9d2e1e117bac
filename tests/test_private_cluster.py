"""Nobody but the run itself gets in touch with its workers, and of a foreign scheduler is said what it may do."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, LocalCluster, Security

from core.errors import UserError
from experiments.running import workers
from experiments.running.private_cluster import scratch_folder, trusted_in


@pytest.fixture(scope="module")
def own() -> Iterator[Any]:
    """A cluster as every run with workers has it, without the workers, which take seconds to start."""
    with workers._of_own_workers(0) as client:
        yield client


@pytest.mark.parametrize("key", ["none", "of another run"])
def test_a_client_without_the_key_of_the_run_is_refused(own: Any, key: str) -> None:
    address = own.scheduler.address
    assert address.startswith("tls://127.0.0.1:")
    security = Security.temporary() if key == "of another run" else None
    address = address if security else address.replace("tls://", "tcp://")
    with (
        pytest.raises(OSError, match=r"closed|certificate|in 2 s"),
        Client(address, timeout="2s", security=security, set_as_default=False),
    ):
        pass
    assert own.nthreads() == {}, "the run's own client still has an answer"


def test_the_web_server_of_the_scheduler_has_no_pages_but_the_list_of_them(own: Any) -> None:
    routers = own.cluster.scheduler.http_application.default_router.rules
    assert [rule.target.__name__ for router in routers for rule in router.target.rules] == ["DirectoryHandler"]


def test_the_scratch_folder_of_workers_is_closed_to_others_and_goes_with_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with scratch_folder() as one, scratch_folder() as other:
        assert one != other
        assert Path(one).parent == tmp_path
        assert Path(one).stat().st_mode & 0o777 == 0o700
    assert not list(tmp_path.iterdir())


def test_scratch_where_somebody_else_could_put_another_folder_in_its_place_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o777)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    told = (
        rf"^{tmp_path}: workers cannot use it \(other users can write to {tmp_path}\); set TMPDIR to another place\.$"
    )
    with pytest.raises(UserError, match=told), scratch_folder():
        pass
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("address", "words"), [("tcp://a:1", "so can everyone"), ("tls://a:1", "hold its TLS keys")])
def test_a_foreign_scheduler_is_said_to_be_trusted(address: str, words: str) -> None:
    line = trusted_in(address)
    assert line.startswith(f"scheduler {address}: it and its workers can run programs as you")
    assert words in line
    assert "\n" not in line


def test_a_run_on_a_foreign_scheduler_says_so(own: Any, caplog: pytest.LogCaptureFixture) -> None:
    with (
        LocalCluster(n_workers=0, dashboard_address=None, processes=True) as cluster,
        caplog.at_level(logging.WARNING, "bluespot"),
        workers._of_scheduler(cluster.scheduler_address),
    ):
        assert trusted_in(cluster.scheduler_address) in caplog.messages
