//! Markdown and front matter become pages.
