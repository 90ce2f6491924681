"""How long a proof shall be."""

import os


def count(sample: int) -> int:
    """Return N, as `make prove-… N=200` sets it, or a small sample."""
    return int(os.environ.get("N") or sample)
