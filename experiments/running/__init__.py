"""Running studies: many animals on several processes or machines, into one folder of results."""
