//! Placeholder of the template reader.
use super::Span;
pub struct Blanked {
    pub text: String,
}
impl Blanked {
    pub fn restore(&self, text: &str, _span: Span) -> String {
        text.to_owned()
    }
}
pub fn blank(text: &str) -> Blanked {
    Blanked { text: text.to_owned() }
}
