"""The vocabulary every other package shares: units, sourced numbers, random keys, errors, records."""
