"""Going on with an animal whose study has grown: what its file holds stands in for simulations while it holds."""
