"""The formulas of the slow clock: injury, slow state, drugs, and what an epoch is told of them."""

from __future__ import annotations

from circuits.formulas.formula import Formula

INJURY_FORMULAS = (
    Formula("difference", "y", "y_sham + extent*y_amplitude*(1 - exp(-(t - y_onset)/y_time))*y_left if t > y_onset else y_sham",
            "Each quantity that the injury changes, at a time after surgery. Shares are kept within 0 and 1."),
    Formula("recovery", "y_left", "1 - y_healed*(1 - exp(-(t - y_heals)/y_healing)) if t > y_heals else 1",
            "What healing has left of the change; 1 for what does not heal, as all that ligation changes."),
    Formula("lesion", "left", "1 - lost*clip((t - t_lesion)/lesion_time, 0, 1)",
            "What a toxin has left of the cells or terminals it reaches, and of the transporters on them. A knock-down "
            "is the same, and grows back at the same pace."),
)  # fmt: skip

DRUG_FORMULAS = (
    Formula("occupancy", "o", "(block + held)/(1 + block + held)",
            "Share of a site without a transmitter that drugs hold; the sums over drugs are those of the receptors "
            "above."),
    Formula("channels_used", "used", "1 - exp(-f*use_time)",
            "Share of the sodium channels of a fibre that its spikes leave as if open, at the rate that is left of it"),
    Formula("channels_held", "b_N", "used*b_open + (1 - used)*(idle*b_inactivated + (1 - idle)*b_resting)",
            "and what drugs bind to them, over all states; their occupancy is $b_N/(1 + b_N)$."),
    Formula("competition", "o", "(block + held)/(1 + block + held + b_own)",
            "Where the body has something at the site as well."),
    Formula("plain_coupling", "z", "z*(1 - z_strength*o*z_scale)",
            "What drugs at such a site leave of a quantity; one coupling after the other.", becomes=True),
    Formula("uptake", "X_T", "X_rate*T_share*left/(1 + block + held)",
            "Uptake at low concentration by a transporter under competitive inhibition"),
    Formula("half_saturation", "X_T_half", "T_half*(1 + block + held)", "and its half-saturation."),
    Formula("other_loss", "X_other", "X_rate*(1 - total(T_share, 'T'))", "What no transporter takes up."),
)  # fmt: skip

#: What an epoch is told: values that stay as they are all through it.
TOLD_FORMULAS = (
    Formula("coupling", "c", "c_strength*c_scale if u < c_share else 0",
            "Strength of a coupling in one cell or fibre: weight among the receptors that open potassium channels, current "
            "or change of release."),
    Formula("girk_weight", "c_strength", "(c_open/(1 - c_open))**(1/potassium_power)",
            "Weight of a receptor that opens a share of a cell's channels when it alone is fully active."),
    Formula("gain", "gain", "(1 + S_gain*S)*x",
            "Excitatory cells of the dorsal horn: sensitisation of their side, and what AMPA blockers leave. In "
            "inhibitory cells $S$ counts as 0."),
    Formula("gaba_reversal", "E_gaba", "E_gaba_mean + E_gaba_shift",
            "Reversal of GABA-A currents in excitatory cells of the injured side."),
    Formula("gaba_release", "release_base", "1 - gaba_loss",
            "Release of GABA by inhibitory cells of the injured side; of afferents of that side the quantity "
            "*afferent_release*; of all others 1."),
    Formula("glutamate", "Gamma", "z_glutamate/U", "Basal glutamate in the locus coeruleus, over normal."),
    Formula("lc_gain", "gain", "x/(1 + (max(0, Gamma - 1)/Gamma_half)**Gamma_power)",
            "Evoked excitation of cells of the locus coeruleus, where raised basal glutamate inhibits release."),
    Formula("lc_glutamate", "tonic_ampa", "tonic_ampa_own*Gamma*x", "Their tonic excitation,"),
    Formula("lc_gaba", "tonic_gaba", "tonic_gaba_own*z_gaba", "and their tonic inhibition."),
    Formula("quantum", "quantum", "q*F*q_scale*left/N",
            "What one spike of one of the $N$ cells of a releasing population adds in a compartment. A lost cell adds "
            "nothing."),
    Formula("tone", "X_tone", "X_level*(X_rate*(1 - total(T_share, 'T')) + total(X_rate*T_share*T_half/(T_half + X_level), 'T'))"
            "*X_tone_scale", "Release at a constant rate: what undisturbed clearance takes away at the level of the tone."),
    Formula("autoinhibition", "X_by_r", "-X_brake*X_brake_scale", "Change of release by the autoreceptor on terminals, "
            "at full activation,"),
    Formula("modulation", "X_by_r", "c_strength*c_share*c_scale", "and by another receptor that a coupling puts on them."),
    Formula("balance", "(X_gain + X_tone)*clip(1 + total(X_by_r*r, 'r'), 0, 10)",
            "X*(X_other + total(X_T*X_T_half/(X_T_half + X), 'T'))",
            "Concentrations at the start of an epoch, and between epochs: release at the expected rates is cleared."),
    Formula("expected_conductance", "G_auto", "potassium_pool*(s_held + s_auto*r)**potassium_power"
            "/(1 + (s_held + s_auto*r)**potassium_power)",
            "Potassium conductance of a releasing population as its somatic autoreceptor changes, the other receptors "
            "held, and $G_{\\mathrm{seen}}$ the same at the last epoch's activation;"),
    Formula("expected_rate", "f", "brake_slope*brake_toe*log(1 + (exp(f_seen/(brake_slope*brake_toe)) - 1)"
            "*exp(-(G_auto - G_seen)/brake_toe))",
            "so the rate that the population is expected to fire at, from the last epoch's: it falls in a straight line, "
            "and fades out towards silence. It only sets where the next epoch starts."),
    Formula("first_potential", "v", "V_r + u*(V_T - V_r)", "Monoamine cells start at a random phase"),
    Formula("first_adaptation", "w", "b*tau_w*f*(0.5 + u)", "and with the adaptation of their rate; other cells start "
            "at rest without any."),
)  # fmt: skip

PLASTICITY_FORMULAS = (
    Formula("nociceptive_drive", "d", "rho_C*f_C + d_a*(rho_beta*f_beta + rho_delta*f_delta)/2 + d_output*(f_V + f_P)",
            "What drives central sensitisation of a side, from its last rest epoch: what peptidergic C fibres and A fibres "
            "release, and what vertical and projection cells fire."),
    Formula("fibre_release", "rho_C", "rho_0*max(0, 1 + total(c_strength*c_share*c_scale*r, 'c'))",
            "Release of the terminals of C fibres at the mean concentrations of that epoch; that of A fibres the same, with "
            "the receptors that they have."),
    Formula("sensitisation_goal", "S_goal", "(d/d_half)**d_power/(1 + (d/d_half)**d_power)",
            "Where sensitisation tends to."),
    Formula("sensitisation", "dS/dt", "(S_goal - S)/tau_rise if S_goal > S else (S_goal - S)/tau_decay",
            "Central sensitisation of a side."),
    Formula("clearance_goal", "U_goal", "(1 - glt1_loss*z_shortfall*(1 - clip((U_alpha1*r_alpha1 + (1 - U_alpha1)*r_LC - U_floor)/U_span, 0, 1)))*glt1_left",
            "Where glutamate clearance (GLT-1) in the locus coeruleus tends to: lost by the injury, regained while "
            "alpha2A there is active (alpha1 under another hypothesis)."),
    Formula("clearance", "dU/dt", "(U_goal - U)/tau_U", "Glutamate clearance."),
    Formula("desensitisation", "ds/dt", "(1 - s_depth*clip((r - s_floor)/s_span, 0, 1) - s)/tau_s",
            "Sensitivity of somatic and terminal alpha2A and of raphe 5-HT1A autoreceptors, which scales their "
            "couplings."),
    Formula("traffic", "dA/dt", "(A_depth*o - A)/tau_A",
            "What of alpha2delta-1 is missing at terminals of the injured side, while drugs hold it in the ganglion. It "
            "takes the place of occupancy in the coupling that follows it."),
    Formula("excess", "e", "X/X_rest - 1", "Rise of forebrain serotonin or noradrenaline over the animal's own rest."),
    Formula("mood", "dM/dt", "(M_serotonin*e_serotonin + M_noradrenaline*e_noradrenaline - M)/tau_M",
            "Index of mood, which nothing in the circuit follows."),
    Formula("relaxation", "s", "s + (s_goal - s)*(1 - exp(-h/tau_s))",
            "A step of the slow clock: exact for a goal that stays. The same for each slow variable "
            "with its own goal and time.", becomes=True),
)  # fmt: skip
