"""Study files: found by name or path, and read from TOML with every mistake told at once."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from core.errors import UserError, nearest
from core.written import shown
from drugs import Drug
from experiments.protocol.catalogue import Catalogue, installed, with_extensions, with_own_drugs
from experiments.protocol.drug_file import parse_drug
from experiments.protocol.extensions.circuit_parts import sites_of
from experiments.protocol.extensions.reading import read_extensions
from experiments.protocol.schema import mistakes
from experiments.protocol.study import Study
from experiments.protocol.toml_text import read_tables, read_text


def bundled() -> dict[str, Path]:
    """The studies that come with bluespot, by name."""
    folder = Path(str(files("experiments") / "studies"))
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def find_study(name_or_path: str | Path) -> Path:
    """The file of a bundled study or of a path; `UserError` with the nearest bundled names where there is none."""
    path, studies = Path(name_or_path), bundled()
    if path.is_file():
        return path
    if str(name_or_path) in studies:
        return studies[str(name_or_path)]
    close = nearest(path.stem, studies)
    hint = f" Nearest bundled study: {', '.join(close)}." if close else ""
    kind = "a folder, not a study file" if path.is_dir() else "no such file"
    raise UserError(f"{name_or_path}: {kind}, and no bundled study has that name.{hint} Bundled: {', '.join(studies)}.")


def read_study(name_or_path: str | Path, catalogue: Catalogue | None = None) -> Study:
    """Read a study from a TOML file, or one that comes with bluespot by its name.

    Parameters
    ----------
    name_or_path : str or Path
        A file, or a name such as "quick-look"; a file of that name comes first.
    catalogue : Catalogue, optional
        The circuits, switches, assays and drugs it may name; by default those of this installation.

    Returns
    -------
    Study
        Checked as a whole.

    Raises
    ------
    UserError
        With one line for each mistake, and for a file that is not there or no text.
    """
    path = find_study(name_or_path)
    return parse_study(read_text(path), str(path), catalogue, path.parent)


def parse_study(text: str, where: str = "study", catalogue: Catalogue | None = None, folder: Path = Path()) -> Study:
    """Read a study from the text of a TOML file.

    Parameters
    ----------
    text : str
        The text. `[[drugs]]` are drugs of the study's own, which it uses by their names.
    where : str
        What begins each line of an error, such as the path of the file.
    catalogue : Catalogue, optional
        The circuits, switches, assays and drugs it may name; by default those of this installation.
    folder : Path
        From where paths of drug files and extensions count.

    Returns
    -------
    Study
        Checked as a whole.

    Raises
    ------
    UserError
        With one line for each mistake.
    """
    fields = read_tables(text, where)
    names = _with_extensions(fields.pop("extensions", []), catalogue or installed(), folder, where)
    own = _own_drugs(fields.pop("drugs", []), where, sites_of(names.extensions))
    names = with_own_drugs(names, own, folder)
    try:
        return Study.model_validate(fields, context=names)
    except ValidationError as error:
        raise UserError("\n".join(f"{where}: {line}" for line in mistakes(Study, error))) from None


def _with_extensions(entries: object, names: Catalogue, folder: Path, where: str) -> Catalogue:
    """The catalogue with the extensions of a study."""
    try:
        return with_extensions(names, read_extensions(entries, names.extensions, folder))
    except UserError as error:
        lines = (line if line.startswith("extensions") else f"extensions: {line}" for line in str(error).split("\n"))
        raise UserError("\n".join(f"{where}: {line}" for line in lines)) from None


def _own_drugs(entries: object, where: str, sites: tuple[str, ...]) -> dict[str, Drug]:
    """The drugs of `[[drugs]]` by name."""
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise UserError(f"{where}: drugs = {shown(entries)}: expected tables of drugs, [[drugs]].")
    drugs = [parse_drug(entry, f"{where}: drugs[{k}]", sites) for k, entry in enumerate(entries)]
    return {drug.name: drug for drug in drugs}
