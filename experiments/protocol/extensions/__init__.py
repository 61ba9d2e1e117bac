"""Extensions: what a laboratory adds from outside, as a TOML file of data or a Python file that a user names."""
