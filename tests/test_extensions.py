"""Extensions come in by name or path, are carried by a study, and run no program that nobody has named."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from extension_samples import PROGRAM, TABLE, study_text, written

from core.errors import UserError
from experiments.commands.command_line import main
from experiments.evidence.finding import Finding, known_findings
from experiments.evidence.joint_studies import joint_studies
from experiments.laboratory.own_assays.known import known_assays
from experiments.protocol import catalogue
from experiments.protocol.arm import Arm
from experiments.protocol.catalogue import extended
from experiments.protocol.extensions import installed
from experiments.protocol.extensions.parsing import parse_extension
from experiments.protocol.extensions.reading import read_extension
from experiments.protocol.spellings import NOT_HERE
from experiments.protocol.study import Study
from experiments.protocol.study_file import parse_study, read_study
from experiments.running import cohort, study_folder

ROOT = Path(__file__).parents[1]
STARTED = "started.txt"
FINDING = """
id = "{id}"
role = "fit"
role_by = "named"
claim = "a test"
source = "a test"
[study]
{extensions}
[[study.arms]]
name = "a"
circuit = "sham"
[[study.arms]]
name = "b"
circuit = "ligated"
[[study.assays]]
assay = "pinch"
sides = ["ipsi"]
days = [7]
[[outcomes]]
says = "the rate under a pinch, ligated over sham"
statistic = "ratio"
value = {{ name = "projection_rate_pinch", side = "ipsi", day = 7, hour = 2.0 }}
arm = "b"
reference = "a"
expected = "up"
"""


def marked(folder: Path) -> str:
    """A program that leaves a file behind when it is run."""
    return f"open({str(folder / STARTED)!r}, 'w').close()\n{PROGRAM}"


def test_the_page_prints_what_is_tested_here(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "extensions.md").read_text("utf-8")
    (program,) = re.findall(r"^```py\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert program == PROGRAM
    tables = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    press, kappa = (text for text in tables if "[[" in text)
    assert parse_extension(press, "mine.toml", "page").table.assays[0].stimulus.rise == "16 g/s"
    assert {"kappa", "kappa_on_c_terminals"} <= set(extended(written(tmp_path, "mine.toml", kappa)).switches)
    for name in installed.bundled():
        assert f"| `{name}` |" in page


# --- what a study can name ---------------------------------------------------------------------------------------


def test_a_study_names_an_assay_of_a_file_that_the_user_names(tmp_path: Path) -> None:
    written(tmp_path)
    study = parse_study(study_text(), catalogue=extended(tmp_path / "hold.py"), folder=tmp_path)
    assert study.assays[0].assay == "hold60"
    assert known_assays(study.extensions)["hold60"].seconds == 7.0
    assert all(arm.extensions == study.extensions for arm in study.arms)


def test_a_study_file_alone_starts_no_program(tmp_path: Path) -> None:
    written(tmp_path, text=marked(tmp_path))
    with pytest.raises(UserError, match=r'extensions\[0\] = "hold.py": a Python file is a program.* --with hold.py'):
        parse_study(study_text(), folder=tmp_path)
    assert not (tmp_path / STARTED).exists()


def test_data_need_nobody_to_name_them(tmp_path: Path) -> None:
    written(tmp_path, "mine.toml", TABLE)
    study = parse_study(study_text("slow_press", '"mine.toml"'), folder=tmp_path)
    assert known_assays(study.extensions)["slow_press"].cut_offs == {"slow_press_threshold": pytest.approx(250.0)}


def test_a_script_names_files_and_gets_what_is_in_them(tmp_path: Path) -> None:
    hold60 = extended(written(tmp_path)).assays["hold60"]
    study = Study(name="own", animals=1, arms=Arm("sham"), assays=hold60.on_days(1), extensions=tmp_path / "hold.py")
    assert study.assays[0].sides == ("ipsi", "contra")
    with pytest.raises(UserError, match=r'assays\[0\].assay = "hold60": it is no bundled assay; name the file'):
        Study(name="own", animals=1, arms=Arm("sham"), assays=hold60.on_days(1))


def test_an_arm_of_a_script_names_extensions_and_its_study_has_them(tmp_path: Path) -> None:
    arm = Arm("ligated", extensions="opioids", switch_off="opioid")
    added = "couplings.mu_girk_on_locus_coeruleus.strength"
    assert added in dict(arm.prepared_circuit().parameters())
    hold60 = extended(written(tmp_path)).assays["hold60"]
    study = Study(
        name="own", animals=1, arms=[arm, Arm("sham")], assays=hold60.on_days(1), extensions=tmp_path / "hold.py"
    )
    assert [each.name for each in study.extensions] == ["hold.py", "opioids.toml"]
    assert all(added in dict(each.prepared_circuit().parameters()) for each in study.arms)
    assert extended("opioids").drug("morphine").once("1 mg/kg", route="s.c.", on_day=1)
    circuit = extended("opioids").circuits["sham"]
    assert Arm(circuit.without("opioid"), extensions="opioids").switch_off == ("opioid",)
    with pytest.raises(UserError, match="what is added to a circuit comes in as an extension"):
        Arm(circuit)
    with pytest.raises(UserError, match=r'Arm: extensions\[0\]: .* no installed extension "opioid". Nearest: opioids'):
        Arm("sham", extensions="opioid")


def test_own_findings_have_extensions_and_a_run_adds_more(tmp_path: Path) -> None:
    """Findings of another extension are another protocol, so that their arms are not run together."""
    text = FINDING.format(id="A1", extensions="")
    written(tmp_path, "A1.toml", text)
    written(tmp_path, "A2.toml", FINDING.format(id="A2", extensions='extensions = ["opioids"]'))
    found = known_findings(tmp_path, None)
    assert [[each.name for each in study_of(found[id]).extensions] for id in ("A1", "A2")] == [[], ["opioids.toml"]]
    assert len(joint_studies(found.values())) == 2
    more = known_findings(tmp_path, extended("baclofen"))
    names = [sorted(each.name for each in study_of(more[id]).extensions) for id in ("A1", "A2")]
    assert names == [["baclofen.toml"], ["baclofen.toml", "opioids.toml"]]
    assert study_of(known_findings(None, extended("opioids"))["A1"]).extensions
    assert not study_of(known_findings(None, None)["A1"]).extensions


def study_of(finding: Finding) -> Study:
    assert finding.study is not None
    return finding.study


def test_changed_keeps_extensions_and_takes_them_away(tmp_path: Path) -> None:
    written(tmp_path, "mine.toml", TABLE)
    study = parse_study(study_text("slow_press", '"mine.toml"'), folder=tmp_path)
    assert study.changed(animals=5).extensions == study.extensions
    assert study.arms[0].changed(name="other").extensions == study.extensions
    with pytest.raises(UserError, match="no bundled assay"):
        study.changed(extensions=())


def test_an_extension_can_be_had_by_name() -> None:
    assert {"hot_plate", "tail_flick", "weight_bearing", "electronic_von_frey"} <= set(installed.installed_extensions())
    names = extended("hot_plate", "weight_bearing")
    assert names.assays["hot_plate"].sides == ()
    study = parse_study(study_text("weight_bearing", '"weight_bearing"').replace('sides = ["ipsi"]\n', ""))
    assert study.extensions[0].named  # it was installed, and so named


@pytest.mark.parametrize("name", sorted(installed.bundled()))
def test_each_bundled_extension_adds_something_new(name: str) -> None:
    names = extended(name)
    known, table = catalogue.installed(), names.extensions[0].table
    assert set(names.assays) - set(known.assays) or set(names.circuits) - set(known.circuits) or table.drugs


def test_an_installed_package_gives_extensions_by_its_entry_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The module itself, or the path of a file."""
    (tmp_path / "our_hold.py").write_text(PROGRAM)
    (tmp_path / "our_paths.py").write_text(f"TABLE = {str(written(tmp_path, 'mine.toml', TABLE))!r}\nNONE = 3\n")
    monkeypatch.syspath_prepend(tmp_path)
    found = [
        EntryPoint(name, place, installed.PLUGINS)
        for name, place in (("hold", "our_hold"), ("press", "our_paths:TABLE"), ("bad", "our_paths:NONE"))
    ]
    monkeypatch.setattr(installed, "entry_points", lambda group: found if group == installed.PLUGINS else [])
    assert {"hold60", "slow_press"} <= set(extended("hold", "press").assays)
    with pytest.raises(UserError, match=r"plugin bad = our_paths:NONE = 3: expected a module, or the path"):
        extended("bad")
    assert {"hold", "press", "bad"} <= set(installed.installed_extensions())
    assert "it cannot be used" in installed.facts_of("bad")["adds"]


# --- carried -----------------------------------------------------------------------------------------------------


def test_the_text_of_a_study_holds_its_extensions(tmp_path: Path) -> None:
    written(tmp_path)
    written(tmp_path, "mine.toml", TABLE)
    text = study_text(extensions='"hold.py", "mine.toml"')
    study = parse_study(text, catalogue=extended(tmp_path / "hold.py"), folder=tmp_path)
    carried = tomllib.loads(study.to_toml())["extensions"]
    assert [each["name"] for each in carried] == ["hold.py", "mine.toml"]
    assert carried[0]["program"] == PROGRAM
    again = parse_study(study.to_toml())
    assert again == study
    assert again.fingerprint() == study.fingerprint()


def test_what_a_study_carries_is_read_but_not_run(tmp_path: Path) -> None:
    """Its assays are known by what the study tells of them."""
    program = written(tmp_path, text=marked(tmp_path))
    text = parse_study(study_text(), catalogue=extended(program), folder=tmp_path).to_toml()
    (tmp_path / STARTED).unlink()
    study = read_study(written(tmp_path, "carried.toml", text))
    assert known_assays(study.extensions)["hold60"].unit == "Hz"
    with pytest.raises(UserError, match=r'"hold60" is a program that came with a study.* --with hold.py'):
        list(known_assays(study.extensions)["hold60"].perform(None, "ipsi"))  # type: ignore[arg-type]
    with pytest.raises(UserError, match=r'extension "hold.py": it is a program.* --with hold.py'):
        cohort.run(study, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / STARTED).exists()


def test_a_file_of_the_same_text_vouches_and_another_does_not(tmp_path: Path) -> None:
    text = parse_study(study_text(), catalogue=extended(written(tmp_path)), folder=tmp_path).to_toml()
    same = written(tmp_path, "renamed.py")
    assert parse_study(text, catalogue=extended(same)).extensions[0].named
    other = written(tmp_path, "hold.py", PROGRAM.replace("60 g", "80 g"))
    with pytest.raises(UserError, match=r'two that hold different things are called "hold.py"'):
        parse_study(text, catalogue=extended(other))


def test_the_name_of_a_file_changes_no_animal_and_what_is_in_it_does(tmp_path: Path) -> None:
    def fingerprint(name: str, table: str) -> str:
        path = written(tmp_path, name, table)
        return parse_study(study_text("slow_press", f'"{name}"'), folder=path.parent).fingerprint()

    assert fingerprint("a.toml", TABLE) == fingerprint("b.toml", f"# a comment\n{TABLE}")
    assert fingerprint("a.toml", TABLE) != fingerprint("a.toml", TABLE.replace("16 g/s", "17 g/s"))


def test_a_study_without_extensions_is_what_it_was() -> None:
    study = read_study("quick-look")
    assert "extensions" not in study.table()
    assert study.arms[0].knowing(()) is study.arms[0]


def test_workers_get_all_of_it(tmp_path: Path) -> None:
    """In a process that never saw the file."""
    study = parse_study(study_text(), catalogue=extended(written(tmp_path)), folder=tmp_path)
    packed = tmp_path / "study.pickle"
    packed.write_bytes(pickle.dumps(study))
    (tmp_path / "hold.py").unlink()
    code = (
        f"import pickle; study = pickle.load(open({str(packed)!r}, 'rb'))\n"
        "from experiments.laboratory.own_assays.known import known_assays\n"
        "print(known_assays(study.extensions)['hold60'].perform.__module__[:18])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout.strip() == "bluespot_extension", done.stderr


def test_the_folder_of_results_gets_copies(tmp_path: Path) -> None:
    written(tmp_path)
    written(tmp_path, "mine.toml", TABLE)
    text = study_text(extensions='"hold.py", "mine.toml"')
    study = parse_study(text, catalogue=extended(tmp_path / "hold.py"), folder=tmp_path)
    out = tmp_path / "out"
    out.mkdir()
    study_folder.prepare(study, out)
    assert (out / "extensions" / "hold.py").read_text("utf-8") == PROGRAM
    assert read_extension(out / "extensions" / "mine.toml") == read_extension(tmp_path / "mine.toml")
    assert study_folder.prepare(parse_study((out / "study.toml").read_text("utf-8")), out) == {
        1: ("ligated-vehicle", "sham-vehicle"),
        2: ("ligated-vehicle", "sham-vehicle"),
    }


def test_no_copy_goes_out_of_the_folder_by_a_link(tmp_path: Path) -> None:
    study = parse_study(study_text(), catalogue=extended(written(tmp_path)), folder=tmp_path)
    (tmp_path / "elsewhere").mkdir()
    out = tmp_path / "out"
    out.mkdir()
    (out / "extensions").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UserError, match="leads out of the folder"):
        study_folder.prepare(study, out)
    assert not list((tmp_path / "elsewhere").iterdir())


# --- mistakes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ('"hot_plat"', r'extensions\[0\]: hot_plat: no installed extension "hot_plat". Nearest: hot_plate'),
        ('"hot_plate.toml"', r'extensions\[0\]: hot_plate.toml: no such file. "hot_plate" is the name of an installed'),
        ("3", r"extensions\[0\] = 3: expected a file that ends in"),
        ('{ name = "../x.py", program = "1" }', r'extensions\[0\]: name = "../x.py": expected the name of a file'),
        ('{ name = "x.toml", asays = [] }', r'extensions\[0\]: no key "asays". Nearest: assays'),
        ('{ name = "x.toml", named = true }', r'extensions\[0\]: no key "named"'),
    ],
)
def test_what_is_no_extension_is_told(entry: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        parse_study(study_text("pinch", entry))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[assays]", "mine.toml: not TOML"),
        ("# nothing\n", r"mine.toml: nothing in it; expected tables \[\[assays\]\]"),
        (TABLE.replace("[[assays]]", "[[asays]]", 1).replace("[assays.", "[asays.").replace("[[assays.", "[[asays."),
         'mine.toml: no key "asays". Nearest: assays'),
        (TABLE + TABLE, 'mine.toml: assays: two assays are called "slow_press"'),
    ],
)  # fmt: skip
def test_a_mistake_in_a_file_is_told_with_its_place(text: str, told: str, tmp_path: Path) -> None:
    written(tmp_path, "mine.toml", text)
    with pytest.raises(UserError, match=told):
        parse_study(study_text("slow_press", '"mine.toml"'), folder=tmp_path)


def test_a_name_that_is_taken_is_told(tmp_path: Path) -> None:
    own = written(tmp_path, "mine.toml", TABLE.replace("slow_press", "pinch"))
    with pytest.raises(UserError, match=r'mine\.toml: assay "pinch": bluespot itself has one of this name'):
        extended(own)
    first, second = written(tmp_path, "a.toml", TABLE), written(tmp_path, "b.toml", TABLE + "\n")
    assert len(extended(first, second).extensions) == 1  # equal ones are one
    changed = written(tmp_path, "b.toml", TABLE.replace("16 g", "17 g"))
    with pytest.raises(UserError, match=r'b\.toml: assay "slow_press": a.toml has one of this name'):
        extended(first, changed)


# --- the command -------------------------------------------------------------------------------------------------


def test_commands_take_extensions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program, study = written(tmp_path), written(tmp_path, "own.toml", study_text(extensions=""))
    assert main(["validate", str(study)]) == 2
    assert 'no assay "hold60"' in capsys.readouterr().err
    assert main(["validate", str(study), "--with", str(program)]) == 0
    assert "hold60" in capsys.readouterr().out
    assert main(["assays", "--with", str(program)]) == 0
    assert "rate under 60 g" in capsys.readouterr().out
    assert main(["validate", str(study), "--with", "hodl.py"]) == 2
    assert "error: --with hodl.py: no such file." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("written_as", "told"),
    [
        ("Cold plate", 'no assay "Cold plate": no afferent of the model answers cold'),
        ("tail-flick", 'no assay "tail-flick": it is an extension; write extensions = ["tail_flick"]'),
        ("hold60", "One of your own is an extension, named by --with FILE"),
    ],
)
def test_an_assay_that_is_none_of_ours_is_told_with_what_to_do(written_as: str, told: str) -> None:
    with pytest.raises(UserError, match=re.escape(told)):
        parse_study(study_text(written_as, extensions=""))


def test_an_extension_is_found_by_the_names_of_its_assay_elsewhere() -> None:
    names = [text.split('"')[1] for text in NOT_HERE["assay"].values() if "extension" in text]
    assert set(names) <= set(installed.bundled())


def test_extensions_are_listed_and_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["extensions"]) == 0
    assert "assays hot_plate" in capsys.readouterr().out
    assert main(["extensions", "hot_plate"]) == 0
    assert tomllib.loads(capsys.readouterr().out)["assays"][0]["name"] == "hot_plate"
    assert main(["extensions", "hot_plat"]) == 2
    assert "Nearest: hot_plate" in capsys.readouterr().err
