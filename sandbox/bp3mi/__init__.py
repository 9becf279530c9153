"""The help desks of BP3MI, as they might keep their books by hand: DOMAIN A2 (Pencegahan, Kepulangan)."""
