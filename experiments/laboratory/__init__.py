"""The laboratory: one virtual rat through its days, the bench where it is measured, and the assays."""
