//! The `rackbook` program: hands its arguments to [`rackbook::cli`].

fn main() {}
