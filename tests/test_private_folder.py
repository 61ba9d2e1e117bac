"""A folder that is called private is made so, and refused where another user could change it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from core.private_folder import NotPrivateError, is_ours, make_private

#: Nobody has it, and it is not the user who tests.
ANOTHER = 54_321


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_new_folder_is_closed_to_others_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        folder = make_private(tmp_path / "a" / "b")
    finally:
        os.umask(before)
    assert (mode(folder), mode(folder.parent)) == (0o700, 0o700)


def test_an_own_folder_that_is_open_is_closed_and_its_parent_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    folder.mkdir()
    folder.chmod(0o777)
    tmp_path.chmod(0o755)
    assert make_private(folder) == folder
    assert (mode(folder), mode(tmp_path)) == (0o700, 0o755)


def of_another_user(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    monkeypatch.setattr(os, "getuid", lambda: ANOTHER)
    if folder.stat().st_uid == 0:
        os.chown(folder, ANOTHER + 1, -1)


def under_an_open_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    folder.parent.chmod(0o777)


def a_link(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder.parent / "elsewhere").mkdir()
    folder.symlink_to(folder.parent / "elsewhere")


def a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.touch()


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (of_another_user, "belongs to another user"),
        (under_an_open_folder, "other users can write to"),
        (a_link, "it is a link"),
        (a_file, "File exists"),
    ],
)
def test_a_place_that_others_can_change_is_refused(
    prepare: Callable[..., None], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(tmp_path / "cache", monkeypatch)
    with pytest.raises(OSError, match=words):
        make_private(tmp_path / "cache")


def test_a_folder_where_everyone_may_put_own_things_only_may_hold_a_private_one(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    assert mode(make_private(tmp_path / "cache")) == 0o700


def test_a_file_is_ours_unless_others_can_write_to_it(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for bits, ours in ((0o600, True), (0o755, True), (0o646, False)):
        file.chmod(bits)
        assert is_ours(file.lstat()) is ours


def test_the_error_has_no_number_before_its_words() -> None:
    assert NotPrivateError("it is a link").strerror == "it is a link"
