"""Protocols: what is done to which animals and when, as studies, arms, treatments and measurements."""
