"""Other programs on the same ratings: statsmodels where an interpreter has it, R packages where R has them."""

from benchmarks.peers.comparison import Peer, peers

__all__ = ["Peer", "peers"]
