//! Documents become the objects that Flux would apply.
