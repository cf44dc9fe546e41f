//! When a file may have changed: [`Changes`].
//!
//! In: a path. Out: an event after its folder changed, or after a while in any case. The folder is
//! watched rather than the file: editors replace files, and the kubelet swaps a link beside them.

use std::path::Path;
use std::time::Duration;

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;

/// A look without an event, where watching works.
const SELDOM: Duration = Duration::from_mins(1);

/// A look without an event, where it does not.
const OFTEN: Duration = Duration::from_secs(5);

/// Events that come together are one change.
const TOGETHER: Duration = Duration::from_millis(100);

/// Changes of a file, perhaps.
pub(super) struct Changes {
    events: mpsc::Receiver<()>,
    /// It watches as long as it lives.
    watcher: Option<RecommendedWatcher>,
}

impl Changes {
    /// Watches; where the system does not let it, the file is looked at every few seconds.
    ///
    /// Where there is no file, nothing changes but by a look now and then.
    pub(super) fn of(path: Option<&Path>) -> Self {
        let (sender, events) = mpsc::channel(1);
        let Some(path) = path else { return Self { events, watcher: None } };
        let seen = move |event: notify::Result<Event>| {
            let is_read = event.is_ok_and(|event| matches!(event.kind, EventKind::Access(_)));
            if !is_read {
                // A full channel tells as much.
                _ = sender.try_send(());
            }
        };
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let watcher = notify::recommended_watcher(seen).and_then(|mut watcher| {
            watcher.watch(folder, RecursiveMode::NonRecursive)?;
            Ok(watcher)
        });
        if let Err(error) = &watcher {
            tracing::warn!(%error, "the configuration cannot be watched and is looked at often");
        }
        Self { events, watcher: watcher.ok() }
    }

    /// Waits for the next.
    pub(super) async fn next(&mut self) {
        // Without a watcher the channel is closed, and the look now and then is all there is.
        let pause = if self.watcher.is_some() { SELDOM } else { OFTEN };
        let event = async {
            if self.events.recv().await.is_none() {
                std::future::pending::<()>().await;
            }
        };
        if tokio::time::timeout(pause, event).await.is_ok() {
            tokio::time::sleep(TOGETHER).await;
            while self.events.try_recv().is_ok() {}
        }
    }
}
