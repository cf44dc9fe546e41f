//! A site becomes a folder, atomically.
