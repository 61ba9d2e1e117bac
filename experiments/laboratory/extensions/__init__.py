"""Extensions that come with bluespot, one file each; a study names those that it wants."""
