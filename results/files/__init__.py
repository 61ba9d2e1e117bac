"""Result files: one HDF5 file for each animal, and the folder of a study (`results.files.store` explains them)."""
