//! The `rackbook` program: hands its arguments to [`rackbook::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    rackbook::cli::run()
}
