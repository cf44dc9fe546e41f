//! `rackbook completions`: what a shell offers while a command is typed.
//!
//! In: the name of a shell, and the commands as they are declared. Out: that shell's script. It
//! writes no file: where scripts belong differs from system to system.

use clap::{Args, CommandFactory as _};
use clap_complete::{Shell, generate};

use super::{Arguments, Failure, report};

/// Print the completions of a shell.
///
/// The script knows every command and flag of this version. Print it again after an update.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Options {
    /// Which shell
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  rackbook completions bash > ~/.local/share/bash-completion/completions/rackbook
  rackbook completions fish > ~/.config/fish/completions/rackbook.fish
  rackbook completions zsh > \"${fpath[1]}/_rackbook\"";

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    report::print(&script(options.shell))
}

fn script(shell: Shell) -> String {
    let mut script = vec![];
    generate(shell, &mut Arguments::command(), "rackbook", &mut script);
    String::from_utf8(script).expect("bug: names of commands are UTF-8")
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    #[test]
    fn every_shell_knows_every_command() {
        for shell in Shell::value_variants() {
            let script = script(*shell);
            for command in Arguments::command().get_subcommands() {
                let name = command.get_name();
                assert!(script.contains(name), "{shell}: {name}");
            }
        }
    }
}
