//! The inside of `{{ … }}`.
//!
//! In: text. Out: tokens, and pipelines whose functions the caller evaluates. It knows no function
//! by name.

use super::Part;

/// How deep brackets may nest.
const MAX_DEPTH: usize = 32;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Dot,
    Literal(String),
    Word(String),
    Pipe,
    Open,
    Close,
}

/// Where an action ends: the first `}}` outside of texts.
pub(super) fn end(text: &str) -> Option<usize> {
    let mut quote: Option<char> = None;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match quote {
            Some('"') if escaped => escaped = false,
            Some('"') if character == '\\' => escaped = true,
            Some(open) if character == open => quote = None,
            None if character == '"' || character == '`' => quote = Some(character),
            None if text[at..].starts_with("}}") => return Some(at),
            _ => {}
        }
    }
    None
}

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = vec![];
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '|' => (Token::Pipe, 1),
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '"' | '`' => literal(rest, first)?,
            _ => word(rest)?,
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

fn word(rest: &str) -> Result<(Token, usize), String> {
    let ends = |at: char| at.is_whitespace() || "|()\"`".contains(at);
    let word = &rest[..rest.find(ends).unwrap_or(rest.len())];
    let token = match word {
        "." | "$" => Token::Dot,
        number if number.parse::<f64>().is_ok_and(f64::is_finite) => {
            Token::Literal(number.to_owned())
        }
        name if name.chars().all(|at| at.is_alphanumeric() || at == '_') => {
            Token::Word(name.to_owned())
        }
        other => return Err(format!("`{other}` has no counterpart")),
    };
    Ok((token, word.len()))
}

/// A text in quotes, and how many bytes it has with them.
fn literal(rest: &str, quote: char) -> Result<(Token, usize), String> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, character)) = chars.next() {
        if character == quote {
            return Ok((Token::Literal(text), at + 1));
        }
        if character != '\\' || quote == '`' {
            text.push(character);
            continue;
        }
        match chars.next().map(|(_, escaped)| escaped) {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some(same @ ('"' | '\\')) => text.push(same),
            _ => return Err("an escape in a text has no counterpart".to_owned()),
        }
    }
    Err("a text is not closed".to_owned())
}

/// What evaluates functions: a name and its arguments.
pub(super) type Call<'a> = &'a mut dyn FnMut(&str, &[Part]) -> Result<Part, String>;

pub(super) struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    /// What `.` stands for.
    dot: Part,
    depth: usize,
}

impl Parser {
    pub(super) fn new(tokens: Vec<Token>, dot: Part) -> Parser {
        Parser { tokens: tokens.into_iter().peekable(), dot, depth: 0 }
    }

    /// The name in `template "name" .`, when it is one.
    pub(super) fn template_call(&mut self) -> Result<Option<String>, String> {
        if self.tokens.next_if(|token| *token == Token::Word("template".to_owned())).is_none() {
            return Ok(None);
        }
        let rest: Vec<_> = self.tokens.by_ref().collect();
        match rest.as_slice() {
            [Token::Literal(name), Token::Dot] => Ok(Some(name.clone())),
            _ => Err("`template` needs a name and `.`".to_owned()),
        }
    }

    pub(super) fn end(&mut self) -> Result<(), String> {
        match self.tokens.next() {
            None => Ok(()),
            Some(_) => Err("a bracket is not opened".to_owned()),
        }
    }

    /// Commands between pipes.
    pub(super) fn pipeline(&mut self, call: Call) -> Result<Part, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("brackets nest too deep".to_owned());
        }
        let mut piped = self.command(None, call)?;
        while self.tokens.next_if_eq(&Token::Pipe).is_some() {
            piped = self.command(Some(piped), call)?;
        }
        self.depth -= 1;
        Ok(piped)
    }

    fn command(&mut self, piped: Option<Part>, call: Call) -> Result<Part, String> {
        let name = match self.tokens.next_if(|token| matches!(token, Token::Word(_))) {
            Some(Token::Word(name)) => Some(name),
            _ => None,
        };
        let mut arguments = vec![];
        while let Some(argument) = self.argument(call)? {
            arguments.push(argument);
        }
        let is_piped = piped.is_some();
        arguments.extend(piped);
        match (name, arguments.as_slice()) {
            (Some(name), arguments) => call(&name, arguments),
            (None, [only]) if !is_piped => Ok(only.clone()),
            (None, []) => Err("an action is empty".to_owned()),
            (None, _) => Err("a value takes no arguments".to_owned()),
        }
    }

    fn argument(&mut self, call: Call) -> Result<Option<Part>, String> {
        let is_end = |token: &Token| matches!(token, Token::Pipe | Token::Close);
        match self.tokens.next_if(|token| !is_end(token)) {
            Some(Token::Dot) => Ok(Some(self.dot.clone())),
            Some(Token::Literal(text)) => Ok(Some(Part::Literal(text))),
            Some(Token::Word(name)) => call(&name, &[]).map(Some),
            Some(Token::Open) => {
                let inner = self.pipeline(call)?;
                let closes = self.tokens.next_if_eq(&Token::Close).is_some();
                if closes { Ok(Some(inner)) } else { Err("a bracket is not closed".to_owned()) }
            }
            _ => Ok(None),
        }
    }
}
