COMMENT
Makes a compartment an integrate-and-fire cell: where its potential passes `limit` it sends an event, and is held at
`reset` by a conductance far above all others for the refractory time.
ENDCOMMENT

NEURON {
    POINT_PROCESS FireAndReset
    NONSPECIFIC_CURRENT i
    RANGE limit, reset, refractory, hold
}

UNITS {
    (mV) = (millivolt)
    (nA) = (nanoamp)
    (uS) = (microsiemens)
}

PARAMETER {
    limit = -50 (mV)
    reset = -60 (mV)
    refractory = 5 (ms)
    hold = 1000 (uS)
}

ASSIGNED {
    v (mV)
    i (nA)
    holding (uS)
}

INITIAL {
    holding = 0
    net_send(0, 1)
}

BREAKPOINT {
    i = holding*(v - reset)
}

NET_RECEIVE (weight (uS)) {
    if (flag == 1) {
        WATCH (v > limit) 2
    } else if (flag == 2) {
        net_event(t)
        holding = hold
        net_send(refractory, 3)
    } else if (flag == 3) {
        holding = 0
        v = reset
        WATCH (v > limit) 2
    }
}
