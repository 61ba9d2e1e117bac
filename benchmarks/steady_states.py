"""Steady-state scans of the rat: sham and ligated, with and without a NET block or duloxetine, by few animals."""

import sys, time

sys.path.insert(0, "tests")
from dataclasses import replace
import numpy as np
from brian2.units import Hz
from small_animals import DAY, animal, blocked
from circuits import ligated, naive, plasticity, sham
from circuits.draw import draw_animal
from circuits.slow_clock import drive_of, observe
from circuits.slow_state import first_state
from circuits.stimulus import BIN, Stimulus
from circuits.structure import structure
from core.exposure import NO_DRUG
from drugs import amitriptyline, citalopram, desipramine, duloxetine, exposure, fluoxetine
from experiments.laboratory import assays
from experiments.laboratory.bench import Bench, EpochCache
from experiments.laboratory.assays.natural_stimuli import _brushed
from experiments.laboratory.assays.paw_pressure import paw_pressure_stimulus
from experiments.laboratory.assays.pinch import mean_rate, pinch_stimulus
from experiments.laboratory.assays.withdrawal import smoothed_rate

SIZE = 1.0
HORN = ("pkc_gamma", "vertical", "parvalbumin", "islet", "projection")
CRITS = (10.0, 10.5, 11.0)
CRIT, RAMPS = 10.5, 2
_withdrawal = sys.modules["experiments.laboratory.assays.withdrawal"]
_withdrawal.WITHDRAWAL_RATE = replace(_withdrawal.WITHDRAWAL_RATE, value=CRIT * Hz)
N = blocked("NET")


def settle(
    rat, circuit, hours, drug=NO_DRUG, rounds=3, seconds=4.0, carry=None, freeze=None, label="settle", stim=None
):
    """Fixed point of the slow state; freeze='all' holds it, else names."""
    state = first_state(hours, assume_rest=True)
    state = replace(state, variables={**state.variables, **(carry or {})})
    for k in range(rounds):
        seen = rat.epoch(Stimulus(seconds), state, drug, f"{label}:{k}", circuit)
        state = observe(rat.moment(state, drug, circuit), seen.averages).state
        if freeze == "all":
            continue
        m = rat.moment(state, drug, circuit)
        new = dict(state.variables)
        for n, s in plasticity.rates_of_change(circuit.plasticity, state.variables, drive_of(m), circuit.off).items():
            if n == "mood" or n in (freeze or ()):
                continue
            new[n] += (
                (1.0 if n.startswith("sens") or n == "glutamate_clearance" else 0.8)
                * s
                * plasticity.relaxation_hours(circuit.plasticity, n, s > 0)
            )
        state = replace(state, variables=new)
    return state, seen


def ramp(rat, circuit, state, drug, side="ipsi", forepaw=0.0, label="ramp"):
    stim, grams = paw_pressure_stimulus(side, forepaw)
    r = rat.epoch(stim, state, drug, label, circuit)
    return grams, smoothed_rate(r.spikes[f"{side}_projection"], r.seconds)


def threshold(grams, rate, crit):
    hit = np.nonzero((rate >= crit) & (np.arange(len(rate)) * BIN > 0.5))[0]
    return float(grams[hit[0]]) if len(hit) else 250.0


def row(rat, circuit, state, seen, drug, side="ipsi", full=False, vf=True):
    ramps = [ramp(rat, circuit, state, drug, side, label=f"ramp{k}") for k in range(RAMPS)]
    v = state.variables
    out = dict(
        S=v[f"sensitisation_{side}"],
        a2=v[f"alpha2_cord_sensitivity_{side}"],
        NA=seen.averages[f"noradrenaline_dorsal_horn_{side}_nanomolar"],
        HT=seen.averages[f"serotonin_dorsal_horn_{side}_nanomolar"],
        lc=seen.averages["locus_coeruleus_spinal_rate_hertz"],
        rest=len(seen.spikes[f"{side}_projection"].seconds) / seen.spikes[f"{side}_projection"].cells / seen.seconds,
    )
    out |= {f"th{c:g}": np.mean([threshold(g, r, c) for g, r in ramps]) for c in CRITS}
    if vf:
        bench = Bench(EpochCache(rat.simulator), rat.moment(state, drug, circuit), lambda hours: drug, [])
        out["vf"] = next(iter(assays.von_frey.perform(bench, side))).value
        out["heat"] = next(iter(assays.plantar_heat.perform(bench, side))).value
    if full:
        pin = rat.epoch(pinch_stimulus(side, 1.0, 3.0), state, drug, "pinch", circuit)
        out["pinch"] = mean_rate(pin.spikes[f"{side}_projection"], 1, 2)
        b = rat.epoch(_brushed(side), state, drug, "brush", circuit).spikes[f"{side}_projection"]
        w = (b.seconds >= 1) & (b.seconds < 3.5)
        out["brush"] = len(np.unique(b.index[w])) / b.cells
    return out


def show(rows):
    for name, r in rows.items():
        print(
            f"{name:16}",
            " ".join(f"{k}={np.mean([x[k] for x in r]):.3g}" for k in r[0]),
            "| th10.5",
            [int(x["th10.5"]) for x in r],
            flush=True,
        )


def nsia(rat, circuit, state, label):
    """Gain at the other paw 30 min of capsaicin, at every criterion; noradrenaline evoked, per cent."""
    before = [ramp(rat, circuit, state, NO_DRUG, "contra", label=f"b{k}") for k in range(RAMPS)]
    rest = rat.epoch(Stimulus(4.0), state, NO_DRUG, "rest", circuit).averages[
        "noradrenaline_dorsal_horn_contra_nanomolar"
    ]
    s = state
    for k in range(2):
        x = rat.epoch(Stimulus(5.0, capsaicin={"": np.full(500, CAPSAICIN)}), s, NO_DRUG, f"caps{k}", circuit)
        s = observe(rat.moment(s, NO_DRUG, circuit), x.averages).state
    after = [ramp(rat, circuit, s, NO_DRUG, "contra", CAPSAICIN, label=f"a{k}") for k in range(RAMPS)]
    out = {"evoked": 100 * x.averages["noradrenaline_dorsal_horn_contra_nanomolar"] / rest}
    mean = lambda ramps, c: np.mean([threshold(g, r, c) for g, r in ramps])
    out |= {f"th{c:g}": mean(before, c) for c in CRITS}
    out |= {f"gain{c:g}": mean(after, c) - mean(before, c) for c in CRITS}
    return out | {"gain": np.mean([out[f"gain{c:g}"] for c in CRITS])}


DRUGS = (
    (amitriptyline, "10 mg/kg", "i.p."),
    (desipramine, "10 mg/kg", "i.p."),
    (fluoxetine, "10 mg/kg", "i.p."),
    (citalopram, "10 mg/kg", "i.p."),
)
CAPSAICIN = 0.6


def variant(circuit, changes):
    for p, v in changes.items():
        if circuit.name == "ligated" or not p.startswith("differences"):
            circuit = circuit.with_value(p, v)
    return circuit


def run(variants, animals=(0, 1), parts=("sham", "sham+N", "lig", "lig+N", "nsia"), full=True, size=SIZE, day=21):
    rows = {}
    t = time.time()

    def add(n, r):
        rows.setdefault(n, []).append(r)
        print(".", k, f"{time.time() - t:.0f}s", end=" ")
        show({n: [r]})

    for k in animals:
        with animal(ligated, k, size) as base:
            for name, d in variants.items():
                s, l = variant(sham, d), variant(ligated, d)
                draw = draw_animal(l, structure(l, size), 20, k)
                base.simulator.wire(draw.contacts)
                rat = replace(base, draw=draw, circuit=l)
                if any(p.startswith(("sham", "nsia")) for p in parts):
                    st, seen = settle(rat, s, day * DAY)
                    if "sham" in parts:
                        add(f"{name}/sham", row(rat, s, st, seen, NO_DRUG, full=full))
                    if "sham+N" in parts:
                        c, x = settle(rat, s, day * DAY, N, carry=dict(st.variables), freeze="all", label="N")
                        add(f"{name}/sham+N", row(rat, s, c, x, N, full=full))
                    if "sham+D" in parts:
                        D = exposure(
                            duloxetine.daily("10 mg/kg", route="s.c.", from_day=day - 2, until_day=day), day * DAY + 2.0
                        )
                        c, x = settle(rat, s, day * DAY + 2.0, D, carry=dict(st.variables), freeze="all", label="D")
                        add(f"{name}/sham+D", row(rat, s, c, x, D, full=full))
                    if "sham+cut" in parts:
                        for cut in ("alpha2", "serotonin"):
                            z = s.without(cut)
                            for drug, dn in ((NO_DRUG, ""), (N, "+N")):
                                c, x = settle(
                                    rat, z, day * DAY, drug, carry=dict(st.variables), freeze="all", label="N"
                                )
                                add(f"{name}/sham-{cut[:6]}{dn}", row(rat, z, c, x, drug))
                    if "nsia" in parts:
                        add(f"{name}/nsia", nsia(rat, s, st, name))
                        failing, _ = settle(
                            rat,
                            l,
                            42 * DAY,
                            carry={
                                "glutamate_clearance": 0.37,
                                "sensitisation_ipsi": 0.7,
                                "alpha2_cord_sensitivity_ipsi": 0.55,
                            },
                            freeze="all",
                            label="fail",
                        )
                        if "nsia-fail" in parts:
                            add(f"{name}/nsia-fail", nsia(rat, l, failing, name))
                if any(p.startswith("lig") for p in parts):
                    st, seen = settle(rat, l, day * DAY, carry={"sensitisation_ipsi": 0.7}, rounds=4)
                    if "lig" in parts:
                        add(f"{name}/lig", row(rat, l, st, seen, NO_DRUG, full=full))
                    if "lig+N" in parts:
                        c, x = settle(rat, l, day * DAY, N, carry=dict(st.variables), freeze="all", label="N")
                        add(f"{name}/lig+N", row(rat, l, c, x, N, full=full))
                    if "lig+D" in parts:
                        for h, dn in ((2.0, "2h"), (23.5, "24h")):
                            D = exposure(
                                duloxetine.daily("10 mg/kg", route="s.c.", from_day=day - 2, until_day=day),
                                day * DAY + h,
                            )
                            c, x = settle(rat, l, day * DAY + h, D, carry=dict(st.variables), freeze="all", label="D")
                            add(f"{name}/lig+D{dn}", row(rat, l, c, x, D))
                    if "lig+drugs" in parts:
                        for drug, dose, route in DRUGS:
                            D = exposure(
                                drug.daily(dose, route=route, from_day=day - 2, until_day=day), day * DAY + 2.0
                            )
                            c, x = settle(rat, l, day * DAY + 2.0, D, carry=dict(st.variables), freeze="all", label="D")
                            add(f"{name}/lig+{drug.name[:6]}", row(rat, l, c, x, D))
                    if "lig56" in parts:
                        for later in (14, 56):
                            c, x = settle(rat, l, later * DAY, carry={"sensitisation_ipsi": 0.7}, rounds=4)
                            add(f"{name}/lig day {later}", row(rat, l, c, x, NO_DRUG))
                    if "lig+NS" in parts:
                        c, x = settle(
                            rat,
                            l,
                            day * DAY,
                            N,
                            carry=dict(st.variables),
                            freeze=("glutamate_clearance",),
                            rounds=5,
                            label="NS",
                        )
                        add(f"{name}/lig+NS", row(rat, l, c, x, N))
                    if "lig+cut" in parts:
                        z = l.without("alpha2")
                        for drug, dn in ((NO_DRUG, ""), (N, "+N")):
                            c, x = settle(rat, z, day * DAY, drug, carry=dict(st.variables), freeze="all", label="N")
                            add(f"{name}/lig-alpha2{dn}", row(rat, z, c, x, drug))
    show(rows)
    for name in variants:
        m = lambda part, key: np.mean([x[key] for x in rows[f"{name}/{part}"]]) if f"{name}/{part}" in rows else np.nan
        th = lambda part: np.mean([m(part, f"th{c:g}") for c in CRITS])
        print(
            f"== {name:10} sham {th('sham'):.0f} (+N {100 * (th('sham+N') / th('sham') - 1):+.0f} %, heat {m('sham', 'heat'):.1f} {m('sham+N', 'heat'):.1f}) nsia {m('nsia', 'gain'):.0f} fail {m('nsia-fail', 'gain'):.0f} evoked {m('nsia', 'evoked'):.0f}",
            f"lig {th('lig'):.0f} (+N {th('lig+N') - th('lig'):+.0f} g, settled {th('lig+NS') - th('lig'):+.0f} g) pinch {m('sham', 'pinch'):.0f} {m('sham+N', 'pinch'):.0f} {m('lig', 'pinch'):.0f} brush {m('sham', 'brush'):.2f} {m('lig', 'brush'):.2f} vf {m('sham', 'vf'):.1f} {m('lig', 'vf'):.1f} {m('lig+N', 'vf'):.1f}",
            flush=True,
        )
    print("seconds", round(time.time() - t), flush=True)
    return rows


TEST = dict(terminals=("receptors.alpha2A_terminals.half_activation", "receptors.alpha2A_terminals.hill"))


def terminals(half, hill, c, ad):
    return {
        "receptors.alpha2A_terminals.half_activation": half,
        "receptors.alpha2A_terminals.hill": hill,
        "couplings.alpha2_on_c_terminals.strength": c,
        "couplings.alpha2_on_a_delta_terminals.strength": ad,
    }


if __name__ == "__main__":
    A = "couplings.alpha2_on_acetylcholine_after_injury.strength"
    T = terminals(0.43, 5.0, -0.30, -0.54)
    run({"now": {}, "T": T, "T+A6": T | {A: 6.0}}, parts=("sham", "sham+N", "lig", "lig+N", "lig+NS", "nsia"))
