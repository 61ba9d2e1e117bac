"""Numbers read from spikes."""
