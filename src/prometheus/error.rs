//! Why a query has no values: [`QueryError`].

use std::time::Duration;

/// Why a query has no values.
///
/// The texts are for the log. A visitor is told `Query Error` and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// The address of the server cannot be used.
    #[error("the Prometheus URL is not usable: {reason}")]
    Address {
        /// Why, without the address: it may hold a password.
        reason: String,
    },
    /// The client could not be made: a certificate or a header is wrong.
    #[error("the Prometheus client cannot be made: {reason}")]
    Setup {
        /// Why.
        reason: String,
    },
    /// No answer, or half of one.
    #[error("cannot reach Prometheus: {reason}")]
    Unreachable {
        /// The chain of causes, without the address.
        reason: String,
    },
    /// Nothing came in time.
    #[error("Prometheus did not answer within {} ms", after.as_millis())]
    TimedOut {
        /// How long was waited.
        after: Duration,
    },
    /// As many queries as are allowed are under way already.
    #[error("too many queries are under way")]
    Busy,
    /// The answer is longer than is read.
    #[error("the answer of Prometheus is larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// Prometheus answers with an error.
    #[error("Prometheus refused with status {status}: {kind}: {message}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// `errorType` of the answer, empty where it has none.
        kind: String,
        /// What it says.
        message: String,
    },
    /// The answer is not what the query API promises.
    #[error("the answer of Prometheus is not understood: {reason}")]
    NotUnderstood {
        /// Why.
        reason: String,
    },
}
