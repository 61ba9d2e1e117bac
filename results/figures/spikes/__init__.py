"""Figures of spikes: rasters, responses, histograms around a stimulus; and the order and colours of populations."""
