"""Extensions that can be had by name: those that come with bluespot, and those of installed packages."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from core.errors import UserError, unknown_name
from experiments.protocol.extensions.extension import Extension
from experiments.protocol.extensions.parsing import ENDINGS, parse_extension
from experiments.protocol.toml_text import read_text

#: Group of entry points under which an installed package names its extensions.
PLUGINS = "bluespot.plugins"


def bundled() -> dict[str, Path]:
    """The extensions that come with bluespot, by name."""
    folder = Path(str(files("experiments") / "laboratory" / "extensions"))
    found = (path for path in sorted(folder.iterdir()) if path.suffix in ENDINGS)
    return {path.stem: path for path in found if not path.name.startswith("_")}


def installed_extensions() -> dict[str, Path | EntryPoint]:
    """Name -> file or entry point of all that can be had by name; a plugin does not hide a bundled one."""
    plugins = {each.name: each for each in sorted(entry_points(group=PLUGINS), key=lambda each: each.name)}
    return {**plugins, **bundled()}


def file_of(name: str) -> Path:
    """The file of an installed extension; `UserError` where there is none of that name, or it cannot be found."""
    known = installed_extensions()
    if name not in known:
        endings = " or ".join(f'"{ending}"' for ending in ENDINGS)
        raise UserError(f"{unknown_name('installed extension', name, known, name)} A file ends in {endings}.")
    place = known[name]
    return place if isinstance(place, Path) else _file_of_plugin(place)


def installed_extension(name: str) -> Extension:
    """The installed extension of that name; who installed it may run programs here, so it counts as named."""
    path = file_of(name)
    return parse_extension(read_text(path), path.name, f"extension {name}", named=True)


@cache
def installed_programs() -> tuple[Extension, ...]:
    """The installed extensions that are programs; one that cannot be read vouches for none."""
    found = []
    for name in installed_extensions():
        try:
            each = installed_extension(name)
        except UserError:
            continue
        found += [each] if each.program else []
    return tuple(found)


def _file_of_plugin(plugin: EntryPoint) -> Path:
    """The file behind an entry point: its module, or a TOML or Python file whose path it leads to."""
    where = f"plugin {plugin.name} = {plugin.value}"
    try:
        if not plugin.attr:
            spec = find_spec(plugin.module)
            if spec is None or not spec.origin:
                raise UserError(f"{where}: no such module is installed.")
            return Path(spec.origin)
        found = plugin.load()
    except (ImportError, AttributeError) as error:
        raise UserError(f"{where}: it cannot be loaded: {error}.") from None
    if isinstance(found, str | Path) and Path(found).suffix in ENDINGS:
        return Path(found)
    raise UserError(f"{where} = {found!r}: expected a module, or the path of a TOML or Python file.")


def facts_of(name: str) -> dict[str, str]:
    """Name, file and contents of an installed extension, for a list of them."""
    try:
        found = installed_extension(name)
    except UserError as error:
        return {"name": name, "file": "", "adds": f"it cannot be used: {error}"}
    return {"name": name, "file": found.name, "adds": found.contents}


def text_of(name: str) -> str:
    """The text of the file of an installed extension, or of an injury that is always there."""
    from circuits.injuries.bundled import INJURY_FILES

    return read_text(INJURY_FILES[name] if name in INJURY_FILES else file_of(name))
