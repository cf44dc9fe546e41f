//! Paths within a repository, as text with `/`.
//!
//! In: a folder and a path relative to it. Out: a path relative to the repository's root. Nothing
//! here asks the disk.

/// The path that `relative` names when seen from `folder`; none where it leaves the repository.
pub fn join(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The folder of a path; empty for a file at the root.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins() {
        assert_eq!(join("a/b", "../c/./d.yaml").as_deref(), Some("a/c/d.yaml"));
        assert_eq!(join("", "./a").as_deref(), Some("a"));
        assert_eq!(join("a", "../../b"), None);
        assert_eq!(join("a", "..").as_deref(), Some(""));
    }
}
