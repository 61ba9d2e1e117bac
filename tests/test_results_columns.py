"""Files are written by a few calls for each object, and summed up on the way: the same as when they are read again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_results_synthetic import ARMS, animal_record

from core.records import AnimalRecord
from results.files import trailer, writing
from results.files.checksums import CHECKSUMS, CONTENT, checksums_of, content_checksum
from results.files.columns import NewGroup, Written, seal, write_column, write_parts, write_text, write_texts
from results.files.new_hdf5 import new_hdf5
from results.files.store import write_animal
from results.files.trailer import add_trailer

SORTS = h5py.enum_dtype({"none": 0, "by_time": 2}, basetype="i1")
KINDS = ("u1", "u4", "i2", "i8", "f4", "f8", "?")
names = st.text(st.characters(min_codepoint=48, max_codepoint=0x3A9, categories=("L", "N")), min_size=1, max_size=6)


def told(path: Path) -> dict[str, str]:
    """Name -> checksum, in the order in which the file has them."""
    with h5py.File(path, "r") as file:
        return dict(zip(*(file[f"{CHECKSUMS}/{name}"].asstr()[:] for name in ("object", "blake2b")), strict=True))


def assert_summed_up_as_it_reads(path: Path) -> None:
    """The checksums of a file, and the trailer of its bytes, are those of whoever reads it."""
    with h5py.File(path, "r") as file:
        read = checksums_of(file)
        assert list(told(path).items()) == list(read.items())
        assert file.attrs[CONTENT] == content_checksum(read)
    again = path.with_suffix(".again")
    with h5py.File(path, "r") as file:
        again.write_bytes(path.read_bytes()[: file.id.get_filesize()])
    again.write_bytes(path.read_bytes()[: path.read_bytes().index(trailer._HEAD)])
    add_trailer(again)
    assert again.read_bytes() == path.read_bytes()


def record() -> AnimalRecord:
    made = animal_record(ARMS[3], 2, (-1, 14))
    cells = {"raphe": {"root": np.array([b"L5", b"other"]), "threshold": np.array([1.0, 2.0], "f4")}}
    return replace(made, cells=cells, cell_units={"threshold": "mV"}, machine={"processor": "näher"})


def test_an_animal_is_summed_up_as_it_reads(tmp_path: Path) -> None:
    write_animal(record(), tmp_path / "a.h5")
    assert_summed_up_as_it_reads(tmp_path / "a.h5")


@pytest.mark.parametrize("batch", [0, 1, 7, 50])
def test_spikes_that_are_read_again_give_the_bytes_of_those_that_are_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    write_animal(record(), tmp_path / "a.h5")
    monkeypatch.setattr(writing, "SPIKES_PER_BATCH", batch)
    write_animal(record(), tmp_path / "b.h5")
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()


columns = st.tuples(names, st.sampled_from(KINDS), st.lists(st.integers(0, 100), max_size=9), names, st.booleans())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    made=st.lists(columns, max_size=5, unique_by=lambda column: column[0]),
    texts=st.lists(st.text(st.characters(codec="utf-8", min_codepoint=1), max_size=5), max_size=4),
    group=names,
    attributes=st.dictionaries(names, st.one_of(names, st.integers(-5, 5)), max_size=4),
)
def test_any_file_is_written_and_summed_up_as_by_h5py(
    tmp_path: Path, made: list[Any], texts: list[str], group: str, attributes: dict[str, Any]
) -> None:
    """Same bytes as of h5py's groups and datasets; what is put in piece by piece as what is put in at once."""
    ours, theirs = tmp_path / "ours.h5", tmp_path / "theirs.h5"
    written = Written()
    with new_hdf5(ours, replace=True, finish=lambda part: add_trailer(part, written.in_order())) as file:
        root = NewGroup.of_file(file, written, attributes)
        below = root.group(group, {"sorting": np.array(2, SORTS)})
        for name, kind, numbers, unit, whole in made:
            values = np.array(numbers).astype(kind)
            if whole:
                write_column(below, name, values, unit)
            else:
                parts = iter([values[:3], values[3:3], values[3:]])
                write_parts(below, name, (kind, len(values)), parts, {"unit": unit})
        text_group = root.group("texts", {"version": np.array([0, 1], "u4"), "magic": np.uint32(7)})
        write_texts(text_group, "many", texts)
        write_text(text_group, "one", "".join(texts))
        seal(root)
    assert_summed_up_as_it_reads(ours)
    sums, content = told(ours), content_checksum(told(ours))
    with new_hdf5(theirs, replace=True, finish=add_trailer) as file:
        for name, value in attributes.items():
            file.attrs[name] = value
        group_of_h5py = file.create_group(group)
        group_of_h5py.attrs.create("sorting", 2, dtype=SORTS)
        for name, kind, numbers, unit, _ in made:
            values = np.array(numbers).astype(kind)
            group_of_h5py.create_dataset(name, data=values, track_times=False).attrs["unit"] = unit
        other = file.create_group("texts")
        other.attrs["version"] = np.array([0, 1], "u4")
        other.attrs["magic"] = np.uint32(7)
        for name, found in (("many", texts), ("one", "".join(texts))):
            write_as_h5py(other, name, found)
        last = file.create_group(CHECKSUMS)
        for name, column in (("object", list(sums)), ("blake2b", list(sums.values()))):
            write_as_h5py(last, name, column)
        file.attrs[CONTENT] = content
    assert ours.read_bytes() == theirs.read_bytes()


def write_as_h5py(group: h5py.Group, name: str, texts: list[str] | str) -> None:
    encoded = texts.encode() if isinstance(texts, str) else [text.encode() for text in texts]
    longest = len(encoded) if isinstance(encoded, bytes) else max([0, *map(len, encoded)])
    kind = h5py.string_dtype("utf-8", max(1, longest))
    group.create_dataset(name, data=np.array(encoded, kind), track_times=False)
