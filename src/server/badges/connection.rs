//! A connection that does not wait for ever: [`Timed`].
//!
//! In: a stream and limits. Out: a stream that fails with `TimedOut` when its client is slow: to
//! finish a request's head, to ask again, or to take an answer. While an answer is made, nothing is
//! expected from the client.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// How long a client may take; `None` is for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// From a request's first byte to the end of its head.
    pub head: Option<Duration>,
    /// Between requests.
    pub idle: Option<Duration>,
    /// Without taking any byte of an answer.
    pub write: Option<Duration>,
}

const IDLE: u8 = 0;
const HEAD: u8 = 1;
const WORKING: u8 = 2;

/// What a connection is at; the stream and the service share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Phase(Arc<AtomicU8>);

impl Phase {
    /// A request is there in full.
    pub(super) fn begin(&self) {
        self.0.store(WORKING, Ordering::Relaxed);
    }

    /// Its answer is on the way.
    pub(super) fn end(&self) {
        self.0.store(IDLE, Ordering::Relaxed);
    }

    fn now(&self) -> u8 {
        self.0.load(Ordering::Relaxed)
    }

    /// Bytes came: says whether a head begins with them.
    fn bytes(&self) -> bool {
        self.0.compare_exchange(IDLE, HEAD, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

/// A stream with limits.
pub(super) struct Timed<S> {
    stream: S,
    phase: Phase,
    patience: Patience,
    /// The phase that the read timer is for; none while no read waits.
    reading: Option<u8>,
    read_timer: Pin<Box<Sleep>>,
    is_writing: bool,
    write_timer: Pin<Box<Sleep>>,
}

impl<S> Timed<S> {
    pub(super) fn new(stream: S, phase: Phase, patience: Patience) -> Self {
        let timer = || Box::pin(tokio::time::sleep(Duration::ZERO));
        let (read_timer, write_timer) = (timer(), timer());
        Self { stream, phase, patience, reading: None, read_timer, is_writing: false, write_timer }
    }

    /// Whether a read that waits has waited too long.
    fn read_is_late(&mut self, context: &mut Context<'_>) -> bool {
        let phase = self.phase.now();
        let limit = match phase {
            IDLE => self.patience.idle,
            HEAD => self.patience.head,
            _ => None,
        };
        let Some(limit) = limit else {
            self.reading = None;
            return false;
        };
        if self.reading != Some(phase) {
            self.reading = Some(phase);
            self.read_timer.as_mut().reset(Instant::now() + limit);
        }
        self.read_timer.as_mut().poll(context).is_ready()
    }

    fn write_is_late(&mut self, context: &mut Context<'_>) -> bool {
        let Some(limit) = self.patience.write else { return false };
        if !self.is_writing {
            self.is_writing = true;
            self.write_timer.as_mut().reset(Instant::now() + limit);
        }
        self.write_timer.as_mut().poll(context).is_ready()
    }

    fn written<T>(
        &mut self,
        result: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.is_writing = false;
            result
        } else if self.write_is_late(context) {
            Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
        } else {
            Poll::Pending
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Timed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        if Pin::new(&mut self.stream).poll_read(context, buffer).is_pending() {
            let is_late = self.read_is_late(context);
            return if is_late {
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            } else {
                Poll::Pending
            };
        }
        // The limit of a head is for all of it, however many pieces it comes in, and for no other:
        // between requests no read may wait, so that only here is seen that the last one is over.
        if buffer.filled().len() > before && self.phase.bytes() {
            self.reading = None;
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Timed<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(result, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.written(result, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_flush(context);
        self.written(result, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    const SHORT: Option<Duration> = Some(Duration::from_millis(5));

    fn patience(head: Option<Duration>, idle: Option<Duration>) -> Patience {
        Patience { head, idle, write: SHORT }
    }

    fn kind<T: std::fmt::Debug>(result: io::Result<T>) -> io::ErrorKind {
        result.expect_err("a late client").kind()
    }

    #[tokio::test]
    async fn a_client_that_never_asks_is_late() {
        let (_client, server) = duplex(64);
        let mut server = Timed::new(server, Phase::default(), patience(None, SHORT));
        assert_eq!(kind(server.read_u8().await), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_head_that_never_ends_is_late() {
        let (mut client, server) = duplex(64);
        let mut server = Timed::new(server, Phase::default(), patience(SHORT, None));
        client.write_all(b"G").await.expect("a byte");
        assert_eq!(server.read_u8().await.expect("a byte"), b'G');
        assert_eq!(kind(server.read_u8().await), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn while_an_answer_is_made_nobody_is_late() {
        let (_client, server) = duplex(64);
        let phase = Phase::default();
        phase.begin();
        let mut server = Timed::new(server, phase, patience(SHORT, SHORT));
        let waiting = tokio::time::timeout(Duration::from_millis(30), server.read_u8());
        assert!(waiting.await.is_err(), "the read goes on");
    }

    #[tokio::test]
    async fn a_client_that_takes_nothing_is_late() {
        let (_client, server) = duplex(4);
        let mut server = Timed::new(server, Phase::default(), patience(None, None));
        assert_eq!(kind(server.write_all(b"123456").await), io::ErrorKind::TimedOut);
    }
}
