"""What the benchmarks share: a server of their own, families, load, and figures. The standard library only."""
