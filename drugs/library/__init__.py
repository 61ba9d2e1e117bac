"""The drugs that come with bluespot, one file for each."""
