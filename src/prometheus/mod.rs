//! Queries become values: the only HTTP client, with its cache.
