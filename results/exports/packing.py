"""Copies animals' files with compressed datasets: less than half as large, and equal in all that they hold.

bluespot, h5py and h5dump read them. libsonata's HDF5 has no deflate filter, so they are copies to keep and to
send; a run writes the plain form.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import h5py

from results.exports.new_folder import new_folder
from results.files.folder import MANIFEST, animal_path
from results.files.inside import inside
from results.files.new_hdf5 import new_hdf5
from results.files.opening import opened
from results.files.trailer import add_trailer
from results.study import StudyResults

#: Highest: it is slow to write, and as fast to read as any.
LEVEL = 9
#: A dataset smaller than this (bytes) takes more room in compressed chunks than as it is.
LEAST_BYTES = 2048
#: Bytes of a chunk, which is read as a whole.
CHUNK_BYTES = 1 << 18


def pack_file(path: Path, out: Path) -> None:
    """Write a compressed copy of an HDF5 file to a new file.

    Raises
    ------
    UserError
        For a damaged file, where `out` exists, and where it cannot be written.
    """
    with opened(path) as file, new_hdf5(out, finish=add_trailer) as new:
        _copy_attributes(file, new)
        _copy_group(file, new)


def pack_study(study: StudyResults, out: Path) -> None:
    """Write a study folder with compressed copies of the study's animals, which all commands of bluespot read.

    Raises
    ------
    UserError
        Where `out` exists, and where it cannot be written.
    """
    with new_folder(out) as part:
        for arm, animal, path in study.finished:
            pack_file(path, animal_path(part, arm.name, animal))
        for name in (MANIFEST, "study.toml"):
            if (there := inside(study.folder, name)).is_file():
                shutil.copyfile(there, part / name)


def _copy_group(old: h5py.Group, new: h5py.Group) -> None:
    for name, found in old.items():
        if isinstance(found, h5py.Group):
            copy = new.create_group(name)
            _copy_group(found, copy)
        else:
            copy = new.create_dataset(name, data=found[()], dtype=found.dtype, track_times=False, **_storage(found))
        _copy_attributes(found, copy)


def _storage(dataset: h5py.Dataset) -> dict[str, object]:
    """How a dataset is kept: in compressed chunks, where it is large enough."""
    if dataset.ndim == 0 or dataset.nbytes < LEAST_BYTES or h5py.check_vlen_dtype(dataset.dtype):
        return {}
    rows = max(1, min(dataset.shape[0], CHUNK_BYTES * dataset.shape[0] // dataset.nbytes))
    return {"chunks": (rows, *dataset.shape[1:]), "compression": "gzip", "compression_opts": LEVEL, "shuffle": True}


def _copy_attributes(old: h5py.Group | h5py.Dataset, new: h5py.Group | h5py.Dataset) -> None:
    for name in old.attrs:
        kind = old.attrs.get_id(name).dtype
        new.attrs.create(name, old.attrs[name], dtype=kind)
