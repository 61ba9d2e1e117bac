"""Published findings as virtual experiments: what was found, the study that tests it, and the verdict of the model."""
