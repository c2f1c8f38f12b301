//! What takes long is said on stderr while it lasts, on a terminal only, and taken back at the end.

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::ci::{self, Environment};

/// What ends sooner is not worth a word.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often the line is drawn anew.
const BEAT: Duration = Duration::from_millis(100);

/// A line that says what is being done.
#[derive(Debug)]
pub(super) struct Progress {
    doing: Arc<Doing>,
    /// Where nobody looks there is no thread.
    thread: Option<(Sender<()>, JoinHandle<()>)>,
}

#[derive(Debug, Default)]
struct Doing {
    what: Mutex<&'static str>,
    read: AtomicUsize,
    of: AtomicUsize,
}

impl Progress {
    /// Starts to wait; nothing is drawn yet.
    pub(super) fn start(wanted: bool, environment: Environment<'_>) -> Self {
        let doing = Arc::new(Doing::default());
        let terminal = environment("TERM").is_none_or(|term| term != "dumb") && std::io::stderr().is_terminal();
        let thread = (wanted && terminal && !ci::is_any(environment)).then(|| {
            let (stop, stopped) = mpsc::channel();
            let doing = Arc::clone(&doing);
            // Without a thread nothing is drawn.
            let drawn = std::thread::Builder::new().spawn(move || draw(&doing, &stopped));
            drawn.ok().map(|thread| (stop, thread))
        });
        Self { doing, thread: thread.flatten() }
    }

    /// Nobody looks.
    pub(super) fn none() -> Self {
        Self { doing: Arc::default(), thread: None }
    }

    /// Says what is being done now.
    pub(super) fn doing(&self, what: &'static str) {
        if let Ok(mut now) = self.doing.what.lock() {
            *now = what;
        }
    }

    /// So many reports are being read now.
    pub(super) fn reading(&self, of: usize) {
        self.doing.of.store(of, Ordering::Relaxed);
        self.doing("reading reports");
    }

    /// One of them was read.
    pub(super) fn read_one(&self) {
        self.doing.read.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes the line back.
    pub(super) fn end(self) {
        if let Some((stop, thread)) = self.thread {
            drop(stop);
            let _ended = thread.join();
        }
    }
}

impl Doing {
    fn line(&self) -> String {
        let what = self.what.lock().map_or("", |what| *what);
        let (read, of) = (self.read.load(Ordering::Relaxed), self.of.load(Ordering::Relaxed));
        if what == "reading reports" { format!("{what}: {read} of {of}") } else { what.to_owned() }
    }
}

fn draw(doing: &Doing, stopped: &Receiver<()>) {
    if stopped.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let bar = indicatif::ProgressBar::new_spinner();
    while stopped.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
        bar.set_message(doing.line());
        bar.tick();
    }
    bar.finish_and_clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_how_far_it_is() {
        let progress = Progress::start(false, &|_| None);
        assert!(progress.thread.is_none());
        progress.reading(12);
        (0..3).for_each(|_| progress.read_one());
        assert_eq!(progress.doing.line(), "reading reports: 3 of 12");
        progress.doing("judging");
        assert_eq!(progress.doing.line(), "judging");
        progress.end();
    }

    #[test]
    fn what_is_stopped_in_time_draws_nothing() {
        let (stop, stopped) = mpsc::channel();
        drop(stop);
        let begun = std::time::Instant::now();
        draw(&Doing::default(), &stopped);
        assert!(begun.elapsed() < PATIENCE);
    }
}
