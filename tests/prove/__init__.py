"""The long proofs. Each takes its count from the environment variable N; without it, `make test` runs a sample."""
