"""Everything that touches the bytes of HTTP: gate, access, tables, binding, router, dialects. Knows kit only."""
