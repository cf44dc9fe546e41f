//! Types of expressions, and which fit which.
//!
//! In: names such as `list(A)`. Out: [`Type`]. Format: the Common Expression Language's types, with
//! capital letters for any type that is the same wherever the letter stands.

use std::collections::BTreeMap;
use std::fmt;

/// The type of an expression or parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Bool,
    Bytes,
    Double,
    /// Known only when running.
    Dyn,
    /// Of no importance yet, such as what an empty list holds.
    Free,
    Int,
    /// The type of types.
    Meta,
    Null,
    Text,
    Uint,
    /// Any type, the same for all uses of the letter in a signature.
    Param(char),
    List(Box<Type>),
    Map(Box<Type>, Box<Type>),
    Optional(Box<Type>),
}

/// What the letters of a signature stand for in one call.
pub(super) type Bindings = BTreeMap<char, Type>;

impl Type {
    /// Reads a name.
    pub(super) fn parse(name: &str) -> Type {
        let inner = |prefix: &str| name.strip_prefix(prefix)?.strip_suffix(')');
        if let Some(item) = inner("list(") {
            return Type::List(Box::new(Type::parse(item)));
        }
        if let Some(item) = inner("optional(") {
            return Type::Optional(Box::new(Type::parse(item)));
        }
        if let Some(both) = inner("map(") {
            let (key, value) = both.split_once(',').expect("bug: a map has two types");
            return Type::Map(Box::new(Type::parse(key)), Box::new(Type::parse(value)));
        }
        match name {
            "bool" => Type::Bool,
            "bytes" => Type::Bytes,
            "double" => Type::Double,
            "dyn" => Type::Dyn,
            "int" => Type::Int,
            "string" => Type::Text,
            "type" => Type::Meta,
            "uint" => Type::Uint,
            letter => Type::Param(letter.chars().next().expect("bug: a type has a name")),
        }
    }

    /// The type that both are, or nothing; what is free gives way, `dyn` wins.
    pub(super) fn join(&self, other: &Type) -> Option<Type> {
        match (self, other) {
            (Type::Free, some) | (some, Type::Free) => Some(some.clone()),
            (Type::Dyn, _) | (_, Type::Dyn) => Some(Type::Dyn),
            (Type::List(one), Type::List(two)) => Some(Type::List(Box::new(one.join(two)?))),
            (Type::Optional(one), Type::Optional(two)) => {
                Some(Type::Optional(Box::new(one.join(two)?)))
            }
            (Type::Map(key, value), Type::Map(other_key, other_value)) => {
                let key = key.join(other_key)?;
                Some(Type::Map(Box::new(key), Box::new(value.join(other_value)?)))
            }
            (one, two) => (one == two).then(|| one.clone()),
        }
    }

    /// Whether an argument fits this parameter; notes what letters stand for.
    pub(super) fn accepts(&self, argument: &Type, bindings: &mut Bindings) -> bool {
        match (self, argument) {
            (Type::Param(letter), _) => {
                let bound = bindings.get(letter).unwrap_or(&Type::Free);
                let Some(joined) = bound.join(argument) else { return false };
                bindings.insert(*letter, joined);
                true
            }
            (Type::List(one), Type::List(two)) | (Type::Optional(one), Type::Optional(two)) => {
                one.accepts(two, bindings)
            }
            (Type::Map(key, value), Type::Map(other_key, other_value)) => {
                key.accepts(other_key, bindings) && value.accepts(other_value, bindings)
            }
            (Type::List(one) | Type::Optional(one), Type::Dyn | Type::Free) => {
                one.accepts(argument, bindings)
            }
            (Type::Map(key, value), Type::Dyn | Type::Free) => {
                key.accepts(argument, bindings) && value.accepts(argument, bindings)
            }
            (Type::Dyn, _) | (_, Type::Dyn | Type::Free) => true,
            (one, two) => one == two,
        }
    }

    /// This type with its letters replaced.
    pub(super) fn bind(&self, bindings: &Bindings) -> Type {
        match self {
            Type::Param(letter) => bindings.get(letter).cloned().unwrap_or(Type::Free),
            Type::List(item) => Type::List(Box::new(item.bind(bindings))),
            Type::Optional(item) => Type::Optional(Box::new(item.bind(bindings))),
            Type::Map(key, value) => {
                Type::Map(Box::new(key.bind(bindings)), Box::new(value.bind(bindings)))
            }
            plain => plain.clone(),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Type::Bool => to.write_str("bool"),
            Type::Bytes => to.write_str("bytes"),
            Type::Double => to.write_str("double"),
            Type::Dyn | Type::Free => to.write_str("dyn"),
            Type::Int => to.write_str("int"),
            Type::Meta => to.write_str("type"),
            Type::Null => to.write_str("null"),
            Type::Text => to.write_str("string"),
            Type::Uint => to.write_str("uint"),
            Type::Param(letter) => write!(to, "{letter}"),
            Type::List(item) => write!(to, "list({item})"),
            Type::Optional(item) => write!(to, "optional({item})"),
            Type::Map(key, value) => write!(to, "map({key}, {value})"),
        }
    }
}
