//! Finished answers of one badge or graph: [`Memory`], and what was [`Warned`] about.
//!
//! In: what was asked, the value it was made from, and the answer. Out: the answer again, as long
//! as the value is the same. Few and small ones are kept, the latest.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::fetch::Fetched;
use super::respond::Rendered;

/// Answers that are kept where nobody says how many.
const MAX_ENTRIES: usize = 16;

/// Longest answer that is kept, in bytes.
const MAX_BYTES: usize = 128 << 10;

/// Answers by what was asked.
#[derive(Debug)]
pub(super) struct Memory<K> {
    max_entries: usize,
    entries: Mutex<VecDeque<(K, Arc<Fetched>, Rendered)>>,
}

impl<K> Default for Memory<K> {
    fn default() -> Self {
        Self::of(MAX_ENTRIES)
    }
}

impl<K> Memory<K> {
    /// A memory of at most so many answers.
    pub(super) fn of(max_entries: usize) -> Self {
        Self { max_entries, entries: Mutex::default() }
    }
}

impl<K: PartialEq> Memory<K> {
    /// The answer that was made from this very value.
    pub(super) fn get(&self, key: &K, value: &Arc<Fetched>) -> Option<Rendered> {
        let entries = self.lock();
        let mut entries = entries.iter();
        let found = entries.find(|(known, from, _)| known == key && Arc::ptr_eq(from, value));
        found.map(|(_, _, rendered)| rendered.clone())
    }

    /// Keeps an answer instead of any older one to the same.
    pub(super) fn put(&self, key: K, value: &Arc<Fetched>, rendered: &Rendered) {
        let mut entries = self.lock();
        entries.retain(|(known, _, _)| *known != key);
        if rendered.body.len() <= MAX_BYTES {
            entries.push_back((key, Arc::clone(value), rendered.clone()));
        }
        if entries.len() > self.max_entries {
            entries.pop_front();
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(K, Arc<Fetched>, Rendered)>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The value that was last warned about: one warning for each, however often it is shown.
#[derive(Debug, Default)]
pub(super) struct Warned(Mutex<Option<Arc<Fetched>>>);

impl Warned {
    /// Whether this value was not warned about yet.
    pub(super) fn is_new(&self, value: &Arc<Fetched>) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = last.as_ref().is_none_or(|last| !Arc::ptr_eq(last, value));
        *last = Some(Arc::clone(value));
        is_new
    }
}
