"""The shape of the code: arrows between packages, who uses which outside package, sizes, a source for each number."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import pytest

from experiments.protocol.provided import PROVIDERS, provided

ROOT = Path(__file__).parents[1]
PACKAGES = ("bluespot", "core", "circuits", "drugs", "experiments", "results")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
TREES = {path: ast.parse(path.read_text("utf-8")) for path in MODULES}
NAMED_TREES = {str(path.relative_to(ROOT)): tree for path, tree in TREES.items()}

#: Which of our packages a package may import; `bluespot` sees all.
ARROWS = {
    "core": set(),
    "circuits": {"core"},
    "drugs": {"core"},
    "results": {"core"},
    "experiments": {"core", "circuits", "drugs", "results"},
}

#: The floors of experiments, from above.
FLOORS = ("commands", "evidence", "running", "laboratory", "protocol")
#: What imports a module by a text, and who does.
BY_NAME = {"importlib.import_module", "pkgutil.resolve_name"}
LATE = {
    "bluespot",
    "experiments",
    "experiments.commands.benchmarks",
    "experiments.commands.drugs",
    "experiments.protocol.provided",
}

LONGEST_FUNCTION, USUAL_FUNCTION, USUAL_SHARE, LONGEST_MODULE = 60, 30, 0.9, 400
VAGUE = re.compile(r"^(utils?|helpers?|common|misc|managers?|tools?|stuff)$|_(utils?|helpers?|manager)$")

#: Drug files may hold these numbers without a source: identities, not measurements.
PLAIN_NUMBERS = (0, 1)
#: Where drugs stand, one file for each.
LIBRARY = ROOT / "drugs" / "library"


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def functions() -> Iterator[tuple[str, int]]:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name_of(path)}.{node.name}", (node.end_lineno or 0) - node.lineno + 1


def users_of(package: str, but: str = "") -> dict[str, set[str]]:
    """Module -> what it imports of an outside package, names that begin with `but` left out."""
    found = {}
    for path, tree in TREES.items():
        names = {name for name in imported(tree) if name.split(".")[0] == package}
        names = {name for name in names if not (but and name.startswith(but))}
        if names:
            found[name_of(path)] = names
    return found


def test_there_is_something_to_look_at() -> None:
    assert {name_of(path).split(".")[0] for path in MODULES} == set(PACKAGES)


@pytest.mark.parametrize("package", sorted(ARROWS))
def test_imports_point_one_way(package: Any) -> None:
    wrong = {
        (name_of(path), name)
        for path, tree in TREES.items()
        if name_of(path).split(".")[0] == package
        for name in imported(tree)
        if name.split(".")[0] in set(PACKAGES) - ARROWS[package] - {package}
    }
    assert not wrong


def graph() -> dict[str, set[str]]:
    """Module -> our modules that it imports: at its top, inside functions, and for type checkers alike."""
    names = {name_of(path) for path in MODULES}
    return {name_of(path): (set(imported(tree)) & names) - {name_of(path)} for path, tree in TREES.items()}


def cycle(imports: dict[str, set[str]]) -> list[str]:
    """Modules that import one another in a circle, [] where there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def leaves() -> dict[str, set[str]]:
    """The graph, in which a package stands for nothing where a module of it is named as well."""
    names = graph()
    return {
        name: {other for other in others if not any(more.startswith(f"{other}.") for more in others)}
        for name, others in names.items()
    }


def test_no_module_imports_itself_in_a_circle() -> None:
    assert not cycle(leaves())


def test_circles_are_found() -> None:
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"a"}})
    assert set(imported(ast.parse("def f():\n    import a\nif TYPE_CHECKING:\n    from b import c"))) == {
        "a",
        "b",
        "b.c",
    }


def floor(module: str) -> int:
    """The floor of a module of experiments, the highest 0; -1 for what is on none."""
    parts = module.split(".")
    return FLOORS.index(parts[1]) if parts[0] == "experiments" and parts[1:2] and parts[1] in FLOORS else -1


def test_floors_of_experiments_point_down() -> None:
    wrong = {
        (name, other)
        for name, others in graph().items()
        for other in others
        if floor(name) >= 0 and -1 < floor(other) < floor(name)
    }
    assert not wrong


def test_every_module_of_experiments_is_on_a_floor() -> None:
    inside = {name_of(path) for path in MODULES if name_of(path).startswith("experiments.")}
    assert {name for name in inside if floor(name) < 0} == {"experiments.version"}


def test_nothing_goes_back_through_the_door_of_its_own_package() -> None:
    """`experiments` and `drugs` re-export names for users; a module inside takes them from where they are made."""
    assert not {name for name, others in leaves().items() if "." in name and name.split(".")[0] in others}


def test_only_two_names_are_looked_up_on_a_floor_above() -> None:
    assert {name: floor(place.partition(":")[0]) for name, place in PROVIDERS.items()} == {
        "assays": FLOORS.index("laboratory"),
        "run": FLOORS.index("running"),
    }
    assert all(provided(name) for name in PROVIDERS)


def test_modules_are_imported_by_their_names() -> None:
    """A name in a text is an import that nobody sees; these are all there are."""
    late = {name for name, used in {**users_of("importlib"), **users_of("pkgutil")}.items() if used & BY_NAME}
    assert late == LATE


@pytest.mark.parametrize("package", PACKAGES)
def test_type_checkers_of_users_are_told_that_the_package_has_types(package: Any) -> None:
    assert (ROOT / package / "py.typed").is_file()


def test_no_relative_imports() -> None:
    assert not [
        (name_of(path), node.lineno)
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]


def test_matplotlib_is_drawn_with_in_figures_only() -> None:
    assert not [name for name in users_of("matplotlib") if not name.startswith("results.figures")]


def test_brian2_beyond_units_is_used_in_circuits_brian_only() -> None:
    """Its version may be asked for anywhere (`import brian2`), its units used anywhere."""
    wrong = {
        name: used - {"brian2"}
        for name, used in users_of("brian2", but="brian2.units").items()
        if not name.startswith("circuits.brian")
    }
    assert not {name: used for name, used in wrong.items() if used}
    attributes = {
        (name_of(path), node.attr)
        for path, tree in TREES.items()
        if not name_of(path).startswith("circuits.brian")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "brian2"
    }
    assert {attribute for _, attribute in attributes} <= {"__version__"}


def printers(tree: ast.AST) -> set[str]:
    """What of a tree prints: calls of print, the streams of the terminal, the framework of the command line."""
    found = {"print" for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "print"}
    found |= {
        f"sys.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if node.value.id == "sys" and node.attr.strip("_") in ("stdout", "stderr", "displayhook")
    }
    return found | ({name.split(".")[0] for name in imported(tree)} & {"rich", "typer", "click", "colorama"})


def test_only_commands_print() -> None:
    """All else is told through the log `bluespot`, to an observer, or as text that is returned."""
    wrong = {name_of(path): found for path, tree in TREES.items() if (found := printers(tree))}
    assert {name for name in wrong if not name.startswith("experiments.commands.")} <= {"bluespot.__main__"}


def test_commands_print_through_one_module() -> None:
    inside = {path: tree for path, tree in TREES.items() if name_of(path).startswith("experiments.commands.")}
    wrong = {name_of(path): printers(tree) - {"typer", "rich"} for path, tree in inside.items()}
    assert {name for name, found in wrong.items() if found} == {
        "experiments.commands.terminal.printing",
        "experiments.commands.terminal.progress_bar",
    }


def test_what_prints_is_found() -> None:
    found = printers(ast.parse("import sys\nfrom rich.text import Text\nmap(print, sys.stdout)\nsys.exit(0)"))
    assert found == {"print", "sys.stdout", "rich"}


def test_dask_is_used_by_workers_only() -> None:
    assert set(users_of("distributed")) | set(users_of("dask")) == {
        "experiments.running.private_cluster",
        "experiments.running.workers",
    }


def test_no_star_imports() -> None:
    assert not [name_of(path) for path, tree in TREES.items() if any(n.endswith(".*") for n in imported(tree))]


def test_functions_are_short() -> None:
    lengths = dict(functions())
    assert not {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION}
    share = sum(length < USUAL_FUNCTION for length in lengths.values()) / len(lengths)
    assert share >= USUAL_SHARE


def test_modules_are_short() -> None:
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert not {name: length for name, length in lengths.items() if length >= LONGEST_MODULE}


def test_modules_are_named_after_what_they_hold() -> None:
    folders = {part for path in MODULES for part in path.relative_to(ROOT).with_suffix("").parts}
    assert not [name for name in folders if VAGUE.search(name)]


def test_every_module_says_what_it_is() -> None:
    assert not [name_of(path) for path, tree in TREES.items() if not ast.get_docstring(tree)]


# --- one meaning for each name ----------------------------------------------------------------------------------


def public_classes(trees: Mapping[str, ast.Module]) -> dict[str, list[str]]:
    """Name of each public class -> the modules that define one."""
    found = defaultdict(list)
    for module, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(module)
    return found


def public_constants(trees: Mapping[str, ast.Module]) -> dict[str, dict[str, list[str]]]:
    """Name of each public constant -> each of its contents -> the modules that have it."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for module, tree in trees.items():
        for name, content in constants(tree.body):
            found[name][ast.unparse(content)].append(module)
    return found


def constants(body: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """Public constants and names of types that are assigned at the top of a module, and what they are."""
    for node in body:
        if isinstance(node, ast.Assign):
            pairs = [pair for target in node.targets for pair in assigned(target, node.value)]
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            pairs = assigned(node.target, node.value)
        else:
            pairs = []
        yield from ((name, value) for name, value in pairs if name[:1].isupper())


def assigned(target: ast.expr, value: ast.expr) -> list[tuple[str, ast.expr]]:
    """The names of an assignment, which may be one of several values to several names."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return [pair for each in zip(target.elts, value.elts, strict=True) for pair in assigned(*each)]
    return [(target.id, value)] if isinstance(target, ast.Name) else []


def test_no_public_class_name_stands_twice() -> None:
    assert not {name: modules for name, modules in public_classes(NAMED_TREES).items() if len(modules) > 1}


def test_no_public_constant_has_two_contents() -> None:
    assert not {name: dict(contents) for name, contents in public_constants(NAMED_TREES).items() if len(contents) > 1}


def test_names_that_stand_twice_are_found() -> None:
    trees = {
        "a": ast.parse("LEVEL, _REST, Name = 0.95, 1, str\nclass Arm: pass\nclass _Own: pass"),
        "b": ast.parse("LEVEL: float = 0.5\n_REST, Name = 2, int\nclass Arm: pass\nclass _Own: pass"),
    }
    assert dict(public_classes(trees)) == {"Arm": ["a", "b"]}
    contents = {name: sorted(contents) for name, contents in public_constants(trees).items()}
    assert contents == {"LEVEL": ["0.5", "0.95"], "Name": ["int", "str"]}


def drug_files() -> list[Path]:
    return [path for path in MODULES if path.parent == LIBRARY and path.stem != "__init__"]


def bare_numbers(tree: ast.AST) -> list[int]:
    """Lines of the numbers that stand outside a `Sourced(...)`; a module-level alias of a unit may be scaled."""
    sourced = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Sourced"
        for inner in ast.walk(node)
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)
        if id(node) not in sourced and node.value not in PLAIN_NUMBERS
    ]


def test_there_are_drug_files() -> None:
    assert {path.stem for path in drug_files()} >= {"duloxetine", "amitriptyline", "vehicle"}


@pytest.mark.parametrize("path", drug_files(), ids=lambda path: path.stem)
def test_every_number_of_a_drug_has_a_source(path: Any) -> None:
    assert not bare_numbers(TREES[path])


def test_bare_numbers_are_found() -> None:
    assert bare_numbers(ast.parse("a = Sourced(3 * nM, 'Key2001', low=2)\nb = Affinity(Sourced(1, 'x'), 1.0)")) == []
    assert bare_numbers(ast.parse("a = Sourced(3, 'x')\nb = Affinity(7.5)")) == [2]


def drug_names() -> set[str]:
    """Stems of drug files; a vehicle is the word for none."""
    return {path.stem for path in drug_files()} - {"vehicle"}


def named_drugs(tree: ast.AST) -> set[str]:
    """Drugs that code (not its prose) names: a text that is a drug's name, a name or an attribute."""
    found = {
        node.value.lower() for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    found |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return found & drug_names()


@pytest.mark.parametrize("path", [path for path in MODULES if path.parts[len(ROOT.parts)] != "drugs"], ids=name_of)
def test_nothing_outside_drugs_knows_a_drug_by_name(path: Any) -> None:
    assert not named_drugs(TREES[path])


def test_names_of_drugs_are_found() -> None:
    assert named_drugs(ast.parse("if name == 'duloxetine': pass")) == {"duloxetine"}
    assert named_drugs(ast.parse("from drugs import paroxetine\nx = paroxetine.once")) == {"paroxetine"}
    assert not named_drugs(ast.parse('"""Such as duloxetine."""\nx = \'a drug such as "duloxetine"\''))
