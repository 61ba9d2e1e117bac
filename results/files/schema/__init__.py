"""What the files of a study hold, as data, and the one place where they are held to it."""
