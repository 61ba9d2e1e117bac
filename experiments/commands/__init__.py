"""The command line, `bluespot`: one module per command or family of commands."""
