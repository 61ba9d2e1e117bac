"""What every other package shares: units, quantities, sourced numbers, names, random keys, errors, records."""
