//! Embeds the example, this project's own handbook and the theme in the binary.
//!
//! In: folders of the package. Out: `embedded.rs` and `theme.rs` in `OUT_DIR`, one sorted table of
//! paths and bytes for each folder. A folder that is missing becomes an empty table.
#![expect(clippy::disallowed_methods, reason = "imperative shell: a build script reads folders")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// A table's name and its folder.
type Table = (&'static str, &'static str);

/// What is made, and the tables in it.
const OUTPUTS: [(&str, &[Table]); 2] = [
    ("embedded.rs", &[("EXAMPLE", "examples/homelab"), ("CONTENT", "content"), ("SITE", "site")]),
    ("theme.rs", &[("THEME", "themes/default")]),
];

fn main() -> io::Result<()> {
    let package = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let target = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    for (output, tables) in OUTPUTS {
        let mut code = String::new();
        for (name, folder) in tables {
            println!("cargo:rerun-if-changed={folder}");
            code += &table(name, &package.join(folder))?;
        }
        fs::write(target.join(output), code)?;
    }
    println!("cargo:rerun-if-changed=build.rs");
    Ok(())
}

fn table(name: &str, folder: &Path) -> io::Result<String> {
    let mut files = vec![];
    if folder.is_dir() {
        list(folder, "", &mut files)?;
    }
    files.sort();
    let mut code = format!("pub(super) static {name}: &[(&str, &[u8])] = &[\n");
    for path in files {
        let file = folder.join(&path).display().to_string();
        let _ = writeln!(code, "    ({path:?}, include_bytes!({file:?})),");
    }
    Ok(code + "];\n")
}

fn list(folder: &Path, prefix: &str, files: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            list(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
