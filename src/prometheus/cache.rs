//! Values by key, asked for once however many want them: [`Cache`].
//!
//! In: a key, a [`Policy`] and what fetches the value. Out: the value with its age. A value in use
//! is fetched again before it is too old; after a failure the last good one is answered,
//! marked as stale, until its limit; failures are repeated from memory while a growing pause lasts.
//! The number and the weight of entries are bounded. It keeps no clock: one is given to it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::answer::Answer;
use super::error::QueryError;

/// Pause after the first failure; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// Longest pause after failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Most fetches under way.
const MAX_FLIGHTS: usize = 64;

/// How long a value serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// For so long it is not asked for again. While the next one is on its way it serves a quarter
    /// longer, so that nobody waits for a value that is in use.
    pub fresh: Duration,
    /// For so long after that it stands in when there is no newer one.
    pub stale: Duration,
    /// Where an older value could stand in, a fetch is waited for no longer than this.
    pub patience: Duration,
}

/// A value of the cache.
#[derive(Debug)]
pub struct Held<V> {
    /// The value; equal pointers are the same fetch.
    pub value: Arc<V>,
    /// Time since it came.
    pub age: Duration,
    /// Whether it stands in for a newer one that could not be had.
    pub is_stale: bool,
}

/// How much memory a value takes, roughly, in bytes.
pub trait Weigh {
    /// The bytes.
    fn weight(&self) -> usize;
}

impl Weigh for Answer {
    fn weight(&self) -> usize {
        let labels = |labels: &BTreeMap<String, String>| {
            labels.iter().map(|(name, value)| name.len() + value.len() + 48).sum::<usize>()
        };
        match self {
            Self::Vector(samples) => samples.iter().map(|one| labels(&one.labels) + 48).sum(),
            Self::Matrix(series) => {
                series.iter().map(|one| labels(&one.labels) + one.points.len() * 16 + 48).sum()
            }
            Self::Scalar | Self::String => 0,
        }
    }
}

/// What happened so far; counters only grow.
#[derive(Debug, Default)]
pub struct Statistics {
    /// Answered from memory.
    pub hits: AtomicU64,
    /// Waited for a fetch, own or another's.
    pub misses: AtomicU64,
    /// Answered with an older value.
    pub stale: AtomicU64,
    /// Fetches begun.
    pub fetches: AtomicU64,
    /// Fetches that failed.
    pub failures: AtomicU64,
}

/// The cache; cloning shares it.
pub struct Cache<V> {
    inner: Arc<Inner<V>>,
}

impl<V> Clone for Cache<V> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

struct Inner<V> {
    slots: Mutex<Slots<V>>,
    clock: Box<dyn Fn() -> Instant + Send + Sync>,
    max_entries: usize,
    max_weight: usize,
    statistics: Statistics,
}

struct Slots<V> {
    by_key: BTreeMap<String, Slot<V>>,
    weight: usize,
    flights: usize,
    uses: u64,
}

struct Slot<V> {
    last: Option<Last<V>>,
    failure: Option<Failure>,
    flight: Option<Flight<V>>,
    /// The number of the last use, for throwing out the least recent.
    used: u64,
}

struct Last<V> {
    value: Arc<V>,
    came: Instant,
    weight: usize,
}

struct Failure {
    error: QueryError,
    times: u32,
    until: Instant,
}

type Landed<V> = Option<Result<Arc<V>, QueryError>>;
type Flight<V> = watch::Receiver<Landed<V>>;

/// What a look into the cache says.
enum Look<V> {
    Answer(Result<Held<V>, QueryError>),
    /// Wait for this, with what may stand in.
    Wait(Flight<V>, Option<Held<V>>),
}

impl<V: Weigh + Send + Sync + 'static> Cache<V> {
    /// An empty cache of at most so many entries and bytes, which reads this clock.
    pub fn new(
        max_entries: usize,
        max_weight: usize,
        clock: impl Fn() -> Instant + Send + Sync + 'static,
    ) -> Self {
        let slots = Slots { by_key: BTreeMap::new(), weight: 0, flights: 0, uses: 0 };
        let inner = Inner {
            slots: Mutex::new(slots),
            clock: Box::new(clock),
            max_entries,
            max_weight,
            statistics: Statistics::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// What happened so far.
    pub fn statistics(&self) -> &Statistics {
        &self.inner.statistics
    }

    /// The value of a key, fetched where there is none that is fresh.
    ///
    /// Who goes away while waiting does not end the fetch: others may wait for it too.
    pub async fn get<F>(
        &self,
        key: &str,
        policy: Policy,
        fetch: impl FnOnce() -> F + Send,
    ) -> Result<Held<V>, QueryError>
    where
        F: Future<Output = Result<V, QueryError>> + Send + 'static,
    {
        let counts = &self.inner.statistics;
        let (flight, stand_in) = match self.look(key, policy, fetch) {
            Look::Answer(answer) => {
                let is_stale = answer.as_ref().is_ok_and(|held| held.is_stale);
                count(if is_stale { &counts.stale } else { &counts.hits });
                return answer;
            }
            Look::Wait(flight, stand_in) => (flight, stand_in),
        };
        count(&counts.misses);
        let Some(stand_in) = stand_in else { return landed(flight).await };
        let waited = tokio::time::timeout(policy.patience, landed(flight)).await;
        if let Ok(Ok(held)) = waited {
            return Ok(held);
        }
        count(&counts.stale);
        Ok(stand_in)
    }

    fn look<F>(&self, key: &str, policy: Policy, fetch: impl FnOnce() -> F) -> Look<V>
    where
        F: Future<Output = Result<V, QueryError>> + Send + 'static,
    {
        let now = (self.inner.clock)();
        let mut slots = self.lock();
        slots.uses += 1;
        let (uses, flights) = (slots.uses, slots.flights);
        if !slots.by_key.contains_key(key) {
            slots.by_key.insert(key.to_owned(), Slot { used: uses, ..Slot::default() });
            self.evict(&mut slots);
        }
        let Some(slot) = slots.by_key.get_mut(key) else {
            return Look::Answer(Err(QueryError::Busy));
        };
        slot.used = uses;
        let held = slot.held(now);
        let is_paused = slot.failure.as_ref().is_some_and(|failure| now < failure.until);
        let may_start = slot.flight().is_none() && !is_paused && flights < MAX_FLIGHTS;
        let fresh = held.as_ref().filter(|held| held.age <= policy.fresh);
        if fresh.is_none() && may_start {
            slot.flight = Some(self.start(key.to_owned(), fetch()));
            slots.flights += 1;
        }
        let Some(slot) = slots.by_key.get(key) else {
            return Look::Answer(Err(QueryError::Busy));
        };
        let is_awaited = slot.flight.is_some() && !is_paused;
        let serves = if is_awaited { policy.fresh + policy.fresh / 4 } else { policy.fresh };
        let held = match held {
            Some(held) if held.age <= serves => return Look::Answer(Ok(held)),
            held => held.filter(|held| held.age <= policy.fresh + policy.stale),
        };
        let stand_in = held.map(|held| Held { is_stale: true, ..held });
        match (slot.flight().filter(|_| !is_paused), stand_in) {
            (Some(flight), stand_in) => Look::Wait(flight, stand_in),
            (None, Some(stand_in)) => Look::Answer(Ok(stand_in)),
            (None, None) => {
                let failure = slot.failure.as_ref().filter(|_| is_paused);
                let error = failure.map_or(QueryError::Busy, |failure| failure.error.clone());
                Look::Answer(Err(error))
            }
        }
    }

    /// Begins a fetch that nobody's going away can end.
    fn start<F>(&self, key: String, fetching: F) -> Flight<V>
    where
        F: Future<Output = Result<V, QueryError>> + Send + 'static,
    {
        count(&self.inner.statistics.fetches);
        let (sender, receiver) = watch::channel(None);
        let landing = Landing { cache: self.clone(), key, sender, result: None };
        tokio::spawn(async move { landing.finish(fetching.await) });
        receiver
    }

    fn land(&self, key: &str, result: &Result<Arc<V>, QueryError>) {
        let now = (self.inner.clock)();
        let mut slots = self.lock();
        slots.flights = slots.flights.saturating_sub(1);
        let Some(slot) = slots.by_key.get_mut(key) else { return };
        slot.flight = None;
        match result {
            Ok(value) => {
                let weight = value.weight();
                let last = Last { value: Arc::clone(value), came: now, weight };
                let before = slot.last.replace(last).map_or(0, |last| last.weight);
                slot.failure = None;
                slots.weight = slots.weight + weight - before;
            }
            Err(error) => {
                count(&self.inner.statistics.failures);
                let times = slot.failure.as_ref().map_or(0, |failure| failure.times);
                let pause = FIRST_PAUSE.saturating_mul(1 << times.min(8)).min(LONGEST_PAUSE);
                let (error, times, until) = (error.clone(), times + 1, now + pause);
                slot.failure = Some(Failure { error, times, until });
            }
        }
        self.evict(&mut slots);
    }

    /// Throws out what was not used for longest.
    fn evict(&self, slots: &mut Slots<V>) {
        while slots.by_key.len() > self.inner.max_entries || slots.weight > self.inner.max_weight {
            let idle = slots.by_key.iter().filter(|(_, slot)| slot.flight().is_none());
            let Some((key, _)) = idle.min_by_key(|(_, slot)| slot.used) else { return };
            let key = key.clone();
            let gone = slots.by_key.remove(&key).and_then(|slot| slot.last);
            slots.weight -= gone.map_or(0, |last| last.weight);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Slots<V>> {
        // No code of others runs under the lock, so a poisoned one is still in order.
        self.inner.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V> Default for Slot<V> {
    fn default() -> Self {
        Self { last: None, failure: None, flight: None, used: 0 }
    }
}

impl<V> Slot<V> {
    fn held(&self, now: Instant) -> Option<Held<V>> {
        let last = self.last.as_ref()?;
        let age = now.saturating_duration_since(last.came);
        Some(Held { value: Arc::clone(&last.value), age, is_stale: false })
    }

    fn flight(&self) -> Option<Flight<V>> {
        self.flight.clone()
    }
}

/// Brings a fetch to its end however it ends: when it panics, or the runtime stops.
struct Landing<V: Weigh + Send + Sync + 'static> {
    cache: Cache<V>,
    key: String,
    sender: watch::Sender<Landed<V>>,
    result: Landed<V>,
}

impl<V: Weigh + Send + Sync + 'static> Landing<V> {
    fn finish(mut self, result: Result<V, QueryError>) {
        self.result = Some(result.map(Arc::new));
    }
}

impl<V: Weigh + Send + Sync + 'static> Drop for Landing<V> {
    fn drop(&mut self) {
        let result = self.result.take().unwrap_or(Err(QueryError::Busy));
        self.cache.land(&self.key, &result);
        _ = self.sender.send(Some(result));
    }
}

async fn landed<V>(mut flight: Flight<V>) -> Result<Held<V>, QueryError> {
    let landed = flight.wait_for(Option::is_some).await.map_err(|_| QueryError::Busy)?;
    let result = landed.clone().unwrap_or(Err(QueryError::Busy));
    result.map(|value| Held { value, age: Duration::ZERO, is_stale: false })
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use tokio::sync::Semaphore;

    use super::*;

    impl Weigh for usize {
        fn weight(&self) -> usize {
            10
        }
    }

    const POLICY: Policy = Policy {
        fresh: Duration::from_secs(100),
        stale: Duration::from_secs(1000),
        patience: Duration::from_mins(1),
    };

    /// A cache with a clock to be moved, and a fetch that gives 1, 2, 3 and so on.
    struct Bench {
        cache: Cache<usize>,
        now: Arc<Mutex<Instant>>,
        fetched: Arc<AtomicUsize>,
        fails: Arc<Mutex<bool>>,
        gate: Arc<Semaphore>,
    }

    impl Bench {
        fn new(max_entries: usize, max_weight: usize) -> Self {
            let now = Arc::new(Mutex::new(Instant::now()));
            let clock = Arc::clone(&now);
            Self {
                cache: Cache::new(max_entries, max_weight, move || *clock.lock().unwrap()),
                now,
                fetched: Arc::default(),
                fails: Arc::default(),
                gate: Arc::new(Semaphore::new(1000)),
            }
        }

        fn pass(&self, seconds: u64) {
            *self.now.lock().unwrap() += Duration::from_secs(seconds);
        }

        fn fail(&self, fails: bool) {
            *self.fails.lock().unwrap() = fails;
        }

        async fn get_with(&self, key: &str, policy: Policy) -> Result<Held<usize>, QueryError> {
            let fetched = Arc::clone(&self.fetched);
            let (fails, gate) = (Arc::clone(&self.fails), Arc::clone(&self.gate));
            let fetch = || async move {
                let number = fetched.fetch_add(1, Ordering::SeqCst) + 1;
                gate.acquire().await.expect("an open gate").forget();
                if *fails.lock().unwrap() { Err(QueryError::Busy) } else { Ok(number) }
            };
            self.cache.get(key, policy, fetch).await
        }

        async fn check(&self, value: usize, age: u64, is_stale: bool) {
            let held = self.get_with("a", POLICY).await.expect("a value");
            assert_eq!((*held.value, held.age.as_secs(), held.is_stale), (value, age, is_stale));
        }

        async fn settle(&self) {
            while self.cache.lock().flights > 0 {
                tokio::task::yield_now().await;
            }
        }
    }

    #[tokio::test]
    async fn a_value_is_fetched_once_per_interval() {
        let bench = Bench::new(10, 1000);
        bench.check(1, 0, false).await;
        bench.pass(70);
        bench.check(1, 70, false).await;
        bench.pass(60);
        bench.check(2, 0, false).await;
        assert_eq!(bench.fetched.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_value_in_use_is_refreshed_before_it_is_old() {
        let bench = Bench::new(10, 1000);
        bench.check(1, 0, false).await;
        bench.pass(90);
        bench.check(1, 90, false).await;
        assert_eq!(bench.fetched.load(Ordering::SeqCst), 1);
        bench.pass(20);
        bench.check(1, 110, false).await;
        bench.settle().await;
        bench.check(2, 0, false).await;
        assert_eq!(bench.fetched.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn many_who_ask_at_once_share_one_fetch() {
        let bench = Arc::new(Bench::new(10, 1000));
        bench.gate.forget_permits(1000);
        let ask = |bench: Arc<Bench>| async move { bench.get_with("a", POLICY).await };
        let asking: Vec<_> = (0..100).map(|_| tokio::spawn(ask(Arc::clone(&bench)))).collect();
        while bench.cache.statistics().misses.load(Ordering::SeqCst) < 100 {
            tokio::task::yield_now().await;
        }
        bench.gate.add_permits(1);
        for one in asking {
            assert_eq!(*one.await.expect("a task").expect("a value").value, 1);
        }
        assert_eq!(bench.fetched.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn one_who_goes_away_does_not_end_the_fetch() {
        let bench = Bench::new(10, 1000);
        bench.gate.forget_permits(1000);
        tokio::select! {
            biased;
            _ = bench.get_with("a", POLICY) => panic!("the gate is shut"),
            () = tokio::task::yield_now() => {}
        }
        bench.gate.add_permits(1);
        bench.settle().await;
        bench.check(1, 0, false).await;
    }

    #[tokio::test]
    async fn after_a_failure_the_last_value_stands_in_until_its_limit() {
        let bench = Bench::new(10, 1000);
        bench.check(1, 0, false).await;
        bench.fail(true);
        bench.pass(150);
        bench.check(1, 150, true).await;
        bench.check(1, 150, true).await;
        assert_eq!(bench.fetched.load(Ordering::SeqCst), 2, "the pause lasts");
        bench.pass(1000);
        assert!(bench.get_with("a", POLICY).await.is_err());
        bench.fail(false);
        bench.pass(20);
        bench.check(4, 0, false).await;
    }

    #[tokio::test]
    async fn pauses_after_failures_grow() {
        let bench = Bench::new(10, 1000);
        bench.fail(true);
        let mut at = vec![];
        for second in 0..60 {
            let before = bench.fetched.load(Ordering::SeqCst);
            assert!(bench.get_with("a", POLICY).await.is_err());
            if bench.fetched.load(Ordering::SeqCst) > before {
                at.push(second);
            }
            bench.pass(1);
        }
        assert_eq!(at, [0, 1, 3, 7, 15, 30, 45]);
    }

    #[tokio::test]
    async fn where_an_old_value_exists_a_slow_fetch_is_not_waited_for() {
        let bench = Bench::new(10, 1000);
        bench.check(1, 0, false).await;
        bench.gate.forget_permits(1000);
        bench.pass(150);
        let policy = Policy { patience: Duration::ZERO, ..POLICY };
        let held = bench.get_with("a", policy).await.expect("a value");
        assert!(held.is_stale && *held.value == 1);
        bench.gate.add_permits(1);
        bench.settle().await;
        bench.check(2, 0, false).await;
    }

    #[tokio::test]
    async fn entries_and_weight_are_bounded() {
        let bench = Bench::new(3, 1000);
        for key in 0..100 {
            bench.get_with(&key.to_string(), POLICY).await.expect("a value");
            assert!(bench.cache.lock().by_key.len() <= 3);
        }
        let bench = Bench::new(100, 25);
        for key in ["a", "b", "a", "c"] {
            bench.get_with(key, POLICY).await.expect("a value");
        }
        let slots = bench.cache.lock();
        assert_eq!(slots.by_key.keys().collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(slots.weight, 20);
    }

    #[tokio::test]
    async fn a_fetch_that_panics_is_a_failure() {
        let bench = Bench::new(3, 1000);
        let broken = bench.cache.get("a", POLICY, || async { panic!("as the test wants") }).await;
        assert_eq!(broken.expect_err("an error"), QueryError::Busy);
        bench.pass(2);
        bench.check(1, 0, false).await;
    }
}
