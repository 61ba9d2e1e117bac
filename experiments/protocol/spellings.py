"""Names as people write them: other spellings are taken where they can mean one thing only, else told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from core.errors import UserError, unknown_name

#: Injury that is an extension, and its circuit -> what it is called elsewhere.
_INJURIES = {
    "constricted": ("CCI", "chronic constriction", "chronic constriction injury", "Bennett"),
    "transected": ("SNT", "L5 SNT", "spinal nerve transection", "L5 spinal nerve transection", "SNA", "L5 axotomy"),
    "partially_ligated": (
        "PSL",
        "PSNL",
        "PNL",
        "partial sciatic ligation",
        "partial sciatic nerve ligation",
        "Seltzer",
    ),
    "spared_nerve": ("SNI", "spared nerve injury"),
    "incised": ("incision", "plantar incision", "Brennan"),
    "skin_incised": ("skin incision",),
    "inflamed": ("CFA", "FCA", "Freund's adjuvant", "complete Freund's adjuvant", "inflammation"),
    "diabetic": ("STZ", "streptozotocin", "streptozocin", "diabetes"),
    "paclitaxel": ("taxol",),
}

#: Kind of a name -> ours -> what is written for it elsewhere. Capitals, blanks, dots and dashes are read over anyway.
WRITTEN_FOR: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "circuit": {
        "ligated": ("SNL", "spinal nerve ligation", "L5 SNL", "L5/L6 SNL", "Chung"),
        "sham": ("sham surgery", "sham-operated", "sham operation"),
        **_INJURIES,
    },
    "drug": {"vehicle": ("saline",)},
    "route": {
        "i.p.": ("intraperitoneal", "intraperitoneally"),
        "s.c.": ("subcutaneous", "subcutaneously", "subcut"),
        "p.o.": ("oral", "orally", "per os", "gavage", "by gavage", "oral gavage", "intragastric"),
        "i.v.": ("intravenous", "intravenously"),
        "i.t.": ("intrathecal", "intrathecally"),
        "intra-LC": ("intracoerulear", "intra-locus coeruleus", "into the locus coeruleus"),
        "minipump": ("osmotic minipump", "osmotic pump", "pump"),
    },
    "schedule": {
        "daily": ("q.d.", "o.d.", "once daily", "once a day", "every day"),
        "twice daily": ("b.i.d.", "b.d.", "twice a day"),
        "every 8 h": ("t.i.d.", "three times a day", "three times daily", "thrice daily"),
        "every 2 days": (
            "q.o.d.",
            "e.o.d.",
            "every other day",
            "every second day",
            "alternate days",
            "on alternate days",
        ),
        "once": ("single", "single dose", "acute"),
        "drinking water": ("in drinking water", "via drinking water", "in the drinking water"),
        "minipump": ("osmotic minipump", "osmotic pump", "pump", "continuous", "continuous infusion"),
    },
    "assay": {
        "paw_pressure": ("Randall-Selitto",),
        "von_frey": ("filaments", "von Frey filaments", "von Frey hairs", "Semmes-Weinstein", "tactile allodynia"),
        "plantar_heat": ("Hargreaves", "Hargreaves test", "plantar test"),
    },
    "side": {"ipsi": ("ipsilateral",), "contra": ("contralateral",)},
}
_OWN_INJURY = "docs/injuries.md says how to write an injury of your own"
_OTHER_INJURY = '"ligated" is a spinal nerve ligation; docs/injuries.md has other injuries'
_IN_FOOD = (
    'when rats eat is not modelled; "drinking water" is taken over the dark phase, and "every 2 h" are doses p.o.'
)
_AN_INFUSION = 'write "once", route = "i.v." and over_minutes, such as 10.0; a "minipump" infuses over days'
_STEADY = 'it is how a course begins; write loading_dose = "steady state" beside a schedule such as "daily"'
_HOW_OFTEN = 'say how often: "daily", "twice daily", "every 8 h" or another'
_OFTEN = {"every 6 h": ("q.i.d.", "four times a day"), "every 7 days": ("weekly", "once weekly", "every week")}
_NO_VENTRICLE = 'no cerebral ventricle is modelled; "intra-LC" goes into the locus coeruleus, "i.t." to the lumbar cord'
_NO_PAW = "what a drug does to nerve endings in the skin is not modelled, nor where it goes from there"
_NO_COLD = "no afferent of the model answers cold"
#: What an assay is called elsewhere -> the extension that has it.
_EXTENSIONS = {
    "electronic von Frey": "electronic_von_frey",
    "hot plate": "hot_plate",
    "tail flick": "tail_flick",
    "weight bearing": "weight_bearing",
    "incapacitance": "weight_bearing",
    "place preference": "ongoing_activity",
    "ongoing activity": "ongoing_activity",
    "repeated brush": "repeated_brush",
}
#: Kind of a name -> what is often written and stands for nothing here -> what to write instead.
NOT_HERE: Mapping[str, Mapping[str, str]] = {
    "circuit": {
        **dict.fromkeys(("neuropathic", "nerve injury"), _OTHER_INJURY),
        **dict.fromkeys(("carrageenan", "formalin", "oxaliplatin", "vincristine"), _OWN_INJURY),
        **{
            name: f'it is an extension; write extensions = ["{own}"], and "{own}" for the circuit'
            for own, names in _INJURIES.items()
            for name in (own, *names)
        },
    },
    "assay": {
        **dict.fromkeys(("cold plate", "cold bath", "acetone", "acetone test", "cold allodynia"), _NO_COLD),
        **dict.fromkeys(("formalin", "formalin test"), "no assay of the model injects formalin"),
        **dict.fromkeys(("vocalisation", "vocalization"), "a withdrawal is all that an animal here shows of pain"),
        **{name: f'it is an extension; write extensions = ["{own}"]' for name, own in _EXTENSIONS.items()},
    },
    "schedule": {
        **dict.fromkeys(("in the diet", "in food", "with food"), _IN_FOOD),
        **{word: f'write "{every}"' for every, words in _OFTEN.items() for word in words},
        **dict.fromkeys(("steady state", "at steady state"), _STEADY),
        **dict.fromkeys(("acutely", "chronic", "chronically", "subchronic", "repeated"), _HOW_OFTEN),
        **dict.fromkeys(("infusion", "short infusion", "i.v. infusion"), _AN_INFUSION),
    },
    "route": {
        **dict.fromkeys(("i.c.v.", "intracerebroventricular", "into the ventricle"), _NO_VENTRICLE),
        **dict.fromkeys(("intraplantar", "i.pl.", "into the paw", "paw", "topical", "local", "intradermal"), _NO_PAW),
        **dict.fromkeys(("i.m.", "intramuscular"), 'uptake from muscle is not known here; "s.c." is the nearest route'),
        **dict.fromkeys(("epidural", "sublingual", "intranasal"), "no drug has numbers for it"),
    },
}


def read_name(kind: str, written: str, known: Iterable[str], where: str, told_as: str = "") -> str:
    """The known name that somebody meant.

    Parameters
    ----------
    kind : str
        What is named, such as "route"; a key of `WRITTEN_FOR` where other words are used for it elsewhere.
    written : str
        What came.
    known : iterable of str
        The names there are.
    where : str
        The place that begins the message of an error.
    told_as : str
        What the message calls the kind, by default `kind`.

    Raises
    ------
    UserError
        For a name that is none of them, with the nearest ones or what to write instead.
    """
    known = list(known)
    found = meant_name(kind, written, known)
    if found is not None:
        return found
    plain = _plain(written)
    instead = next((text for name, text in NOT_HERE.get(kind, {}).items() if _plain(name) == plain), None)
    if instead:
        raise UserError(f'{where}: no {told_as or kind} "{written}": {instead}.')
    raise unknown_name(told_as or kind, written, known, where)


def meant_name(kind: str, written: str, known: Iterable[str]) -> str | None:
    """The known name that somebody meant, None where it is none of them or might be several."""
    known, plain = list(known), _plain(written)
    if written in known or not plain:
        return written if written in known else None
    meant = [name for name in known if plain in map(_plain, (name, *WRITTEN_FOR.get(kind, {}).get(name, ())))]
    return meant[0] if len(meant) == 1 else None


def read_names(
    kind: str, written: Iterable[str], known: Iterable[str], where: str, told_as: str = ""
) -> tuple[str, ...]:
    """The known names that somebody meant, each once; one `UserError` with a line for each that is none."""
    known, found, lines = list(known), [], []
    for name in written:
        try:
            found.append(read_name(kind, name, known, where, told_as))
        except UserError as error:
            lines.append(str(error))
    if lines:
        raise UserError("\n".join(lines))
    return tuple(dict.fromkeys(found))


def plain_name(text: str, between: str = "-") -> str:
    """The text in letters, digits and . _ + - alone: without accents, Greek letters spelled out; "" if none is left."""
    spelled = "".join(map(_spelled, unicodedata.normalize("NFKD", text)))
    return re.sub(r"^[._+-]+|[._+-]+$", "", re.sub(r"[^A-Za-z0-9._+-]+", between, spelled))


def _plain(name: str) -> str:
    """What is left of a name without capitals, accents and whatever is no letter or digit."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return re.sub(r"[\W_]+", "", bare.casefold())


def _spelled(sign: str) -> str:
    greek = re.fullmatch(r"GREEK (?:SMALL|CAPITAL) LETTER (?:FINAL )?(\w+)", unicodedata.name(sign, ""))
    return "" if unicodedata.combining(sign) else greek[1].lower() if greek else sign
