"""Makes files of animals that are wrong in one place: a value, a type, a shape, an attribute, a missing object."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from h5py import h5g

from core.errors import UserError
from results.files.arrays import read_arrays
from results.files.checksums import CHECKSUMS, CONTENT, checksums_of
from results.files.columns import NewGroup, Written, seal
from results.files.inspection import describe, inspect
from results.files.store import read_animal, read_attributes, read_counts
from results.files.trailer import add_trailer

NUMBERS = (-5, -1, 0, 1, 3, 99, 2**31 - 1, 0.5, -0.5, 1e-300, 1e300, np.nan, np.inf, -np.inf)
TEXTS = (b"", b"kg", b"\xff\xfe", b"\x1b[31mred", b"a\nb", b"ipsi", b"x" * 300, "\u03bc\u00e4".encode(), b"@")
JSONS = ("", "3", "[]", "{", "null", "NaN", '{"doses": 3}', '{"set": []}', '{"seed": "x"}', '{"manipulations": [1]}',
         '{"doses": [1]}', '{"size": -1}', '{"switch_off": {"a": 1}}', "[" * 5000, '{"arm": 1}')  # fmt: skip
#: Types that no column has, and values of them.
TYPES: tuple[Callable[[h5py.Group, str], Any], ...] = (
    lambda group, name: group.create_dataset(name, data=np.zeros(3, "i8")),
    lambda group, name: group.create_dataset(name, data=np.zeros(3)),
    lambda group, name: group.create_dataset(name, data=np.zeros((2, 2))),
    lambda group, name: group.create_dataset(name, data=np.zeros(3, "?")),
    lambda group, name: group.create_dataset(name, data=np.zeros(3, "c16")),
    lambda group, name: group.create_dataset(name, data=np.zeros(3, [("a", "f4"), ("b", "S2")])),
    lambda group, name: group.create_dataset(name, data=np.array([b"a", b"b"])),
    lambda group, name: group.create_dataset(name, data=["a", "b"]),
    lambda group, name: group.create_dataset(name, data=3.0),
    lambda group, name: group.create_dataset(name, data=h5py.Empty("f8")),
    lambda group, name: group.create_dataset(name, (3,), h5py.ref_dtype),
    lambda group, name: group.create_dataset(name, (3,), h5py.vlen_dtype(np.dtype("f8"))),
    lambda group, name: group.create_dataset(name, (3,), h5py.enum_dtype({"a": 0, "b": 1})),
    lambda group, name: group.create_dataset(name, (3,), np.dtype(("f8", (2,)))),
    lambda group, name: group.create_dataset(name, (2**40,), "f8", chunks=(1000,)),
    lambda group, name: group.create_dataset(name, data=np.zeros(3, np.dtype("V5"))),
    lambda group, name: group.create_group(name),
    lambda group, name: group.update({name: np.dtype("f8")}),
    lambda group, name: group.update({name: h5py.SoftLink("/epochs/hours")}),
    lambda group, name: group.update({name: h5py.ExternalLink("other.h5", "/epochs/hours")}),
)
ATTRIBUTES = (
    3,
    -1,
    2**63 - 1,
    1.5,
    np.nan,
    "x",
    "",
    b"\xff",
    "a\nb",
    np.zeros(3),
    np.array([b"a", b"b"]),
    h5py.Empty("f8"),
)


def datasets(file: h5py.File) -> list[str]:
    """Names of all datasets of a file but its checksums."""
    found: list[str] = []
    file.visititems(lambda name, each: found.append(name) if isinstance(each, h5py.Dataset) else None)
    return [name for name in found if not name.startswith(CHECKSUMS)]


def a_value(file: h5py.File, pick: random.Random) -> str:
    """Another value in one place of a dataset."""
    name = pick.choice([name for name in datasets(file) if file[name].size])
    dataset = file[name]
    at = tuple(pick.randrange(size) for size in dataset.shape)
    if dataset.dtype.names:
        column = pick.choice(dataset.dtype.names)
        rows = dataset[()]
        rows[column][at] = pick.choice(TEXTS if rows[column].dtype.kind == "S" else NUMBERS)
        dataset[()] = rows
    elif name.endswith("facts"):
        replaced(file, name, pick.choice(JSONS))
    elif h5py.check_string_dtype(dataset.dtype):
        dataset[at] = pick.choice(TEXTS)
    else:
        value = pick.choice(NUMBERS)
        if dataset.dtype.kind in "iu":
            limits = np.iinfo(dataset.dtype)
            value = min(max(int(value) if np.isfinite(value) else 0, limits.min), limits.max)
        dataset[at] = value
    return f"a value of {name}"


def replaced(file: h5py.File, name: str, text: str) -> None:
    del file[name]
    file[name] = np.array(text.encode(), h5py.string_dtype("utf-8", max(1, len(text.encode()))))


def a_type(file: h5py.File, pick: random.Random) -> str:
    """Something of another type in the place of a dataset or a group."""
    name = pick.choice([*datasets(file), *file.keys()])
    if name == CHECKSUMS:
        name = "epochs"
    parent, _, own = name.rpartition("/")
    del file[name]
    pick.choice(TYPES)(file[parent or "/"], own)
    return f"the type of {name}"


def a_shape(file: h5py.File, pick: random.Random) -> str:
    """A dataset that is longer, shorter or of another number of dimensions."""
    name = pick.choice([name for name in datasets(file) if file[name].shape])
    values = file[name][()]
    unit = file[name].attrs.get("unit")
    shaped = pick.choice(
        (values[:-1], values[:0], np.concatenate([values, values[-1:]]), values[None], values[..., None], values[::-1])
    )
    kind = file[name].dtype
    del file[name]
    made = file.create_dataset(name, data=shaped, dtype=kind)
    if unit is not None:
        made.attrs["unit"] = unit
    return f"the shape of {name}"


def a_missing_one(file: h5py.File, pick: random.Random) -> str:
    name = pick.choice([*datasets(file), *(name for name in file if name != CHECKSUMS)])
    del file[name]
    return f"missing {name}"


def a_foreign_one(file: h5py.File, pick: random.Random) -> str:
    group = pick.choice([name for name in file if isinstance(file[name], h5py.Group) and name != CHECKSUMS])
    pick.choice(TYPES)(file[group], "zzz")
    return f"a foreign one in {group}"


def an_attribute(file: h5py.File, pick: random.Random) -> str:
    """An attribute of the file, or the unit of a dataset."""
    owner, name = pick.choice([(file, key) for key in file.attrs] + [(file[name], "unit") for name in datasets(file)])
    if pick.random() < 0.2 and name in owner.attrs:
        del owner.attrs[name]
    else:
        owner.attrs[name] = pick.choice(ATTRIBUTES)
    return f"the attribute {name} of {owner.name}"


KINDS = (a_value, a_value, a_value, a_type, a_shape, a_missing_one, a_foreign_one, an_attribute)


def mutate(whole: Path, path: Path, seed: int) -> str:
    """Copy a whole file, change one place of it, and write checksums that fit it, as anybody can; what it was."""
    pick = random.Random(seed)
    shutil.copy(whole, path)
    with h5py.File(path, "r+") as file:
        told = pick.choice(KINDS)(file, pick)
        reseal(file)
    if pick.random() < 0.8:
        add_whole_trailer(path)
    return told


def reseal(file: h5py.File) -> None:
    """Write checksums that fit, as far as there can be any."""
    try:
        del file[CHECKSUMS]
        del file.attrs[CONTENT]
        seal(NewGroup(h5g.open(file.id, b"/"), "", Written(checksums_of(file))))
    except Exception:
        pass


def add_whole_trailer(path: Path) -> None:
    """Append a trailer of the whole file; `add_trailer` would open each dataset, which may not be one."""
    add_trailer(path, ())


def _shown(summary: dict[str, Any]) -> None:
    describe(summary)
    json.dumps(summary, allow_nan=False)


READERS: dict[str, Callable[[Path], Any]] = {
    "inspect": lambda path: _shown(inspect(path)),
    "animal": read_animal,
    "counts": read_counts,
    "attributes": read_attributes,
    "arrays": read_arrays,
}


def faults_of(path: Path) -> dict[str, str]:
    """Reader -> what it did that is neither a record nor one line that names the file."""
    found = {}
    for name, read in READERS.items():
        try:
            read(path)
        except UserError as error:
            if not str(error).startswith(f"{path}: ") or "\n" in str(error) or not str(error).isprintable():
                found[name] = f"not one line: {error!s:.200}"
        except Exception as error:
            found[name] = f"{type(error).__name__}: {error!s:.200}"
    return found
