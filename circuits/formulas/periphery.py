"""The formulas of draw, afferents and read-out: how cells differ, what fibres answer, when an animal withdraws."""

from __future__ import annotations

from circuits.formulas.formula import Formula

DRAW_FORMULAS = (
    Formula("lognormal", "p", "p_mean*exp(p_spread*xi)",
            "Capacitance, leak, adaptation (strengths and time) and tonic conductances of a cell, force thresholds of "
            "a fibre, conduction velocities, and the factors of a whole animal (of median 1)."),
    Formula("normal", "p", "p_mean + p_spread*xi", "Rest and threshold potentials and bias of a cell, heat thresholds "
            "of a fibre."),
    Formula("weight", "weight", "weight_mean*exp(weight_spread*xi - weight_spread**2/2)*F_strength",
            "Weight of a contact. Each target hears `in-degree` contacts, one from each of as many equal parts of its "
            "source population."),
    Formula("delay", "delay", "distance/velocity", "Conduction time of a fibre to the cord, before the delay of its "
            "projection."),
)  # fmt: skip

AFFERENT_FORMULAS = (
    Formula("mechanical_drive", "D", "clip((F_force*force - force_threshold*exp(-h_sensitised))/force_span, 0, 1)",
            "How far a force on the paw lies above a fibre's threshold. Nociceptors (A-delta and C) are sensitised "
            "by the injury, A-beta fibres are not."),
    Formula("adaptation", "dD_slow/dt", "(D - D_slow)/tau_D", "Fibres adapt"),
    Formula("mechanical_rate", "f_force", "f_peak*max(D - D_adapted*D_slow, 0)", "to a steady force."),
    Formula("heat_rate", "f_heat", "min(heat_gain*max(T_skin - T_threshold, 0), f_heat_most)", "Rate to heat"),
    Formula("heat_threshold", "T_threshold", "T_rest + (T_own - T_rest)*exp(-h_sensitised)",
            "above a threshold that the injury lowers."),
    Formula("afferent_rate", "f", "l5_left*(f_force + f_heat + f_brush*brush + f_chemical*capsaicin) + f_spontaneous",
            "Rate of a fibre. On the injured side L5 fibres answer no more, a share of L5 A fibres fire ectopically "
            "and a share of L4 C fibres on their own; elsewhere these are 1 and 0."),
    Formula("skin", "T_skin", "T_rest + 2*flux*sqrt(t/(pi*inertia))",
            "Skin under radiant heat warms with the square root of time, as a thick body does (its thermal inertia: "
            "Hardy et al. 1957)."),
)  # fmt: skip

READ_OUT_FORMULAS = (
    Formula("smoothed_rate", "P", "P*exp(-bin/window) + (1 - exp(-bin/window))*n/(N*bin)",
            "Mean rate of the projection cells of a side, smoothed, from the spikes in each bin. An animal withdraws when it "
            "passes the criterion (*withdrawal rate* of table F3); thresholds are the force, filament or time at that moment.", becomes=True),
)  # fmt: skip
