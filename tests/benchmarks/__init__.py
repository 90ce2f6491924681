"""What Studio costs beside its peers and limits. `make bench` runs all of it, `make bench ONLY=store` one part."""
