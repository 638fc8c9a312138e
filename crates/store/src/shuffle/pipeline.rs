//! How do threads work ahead while results are taken in order?

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};

use rayon::Scope;

/// Jobs begun whose results have not been taken.
#[derive(Debug)]
pub(crate) struct Pipeline<T> {
    jobs: VecDeque<(u64, Receiver<T>)>,
    weight: u64,
    most_jobs: usize,
    most_weight: u64,
}

impl<T: Send> Pipeline<T> {
    /// No jobs yet; at most `most_jobs` at once, which together weigh at most `most_weight` unless one alone weighs more.
    pub(crate) fn new(most_jobs: usize, most_weight: u64) -> Self {
        Self { jobs: VecDeque::new(), weight: 0, most_jobs, most_weight }
    }

    /// Begins a job.
    pub(crate) fn begin<'s>(&mut self, scope: &Scope<'s>, weight: u64, job: impl FnOnce() -> T + Send + 's)
    where
        T: 's,
    {
        let (sender, receiver) = sync_channel(1);
        scope.spawn(move |_| {
            // Nobody waits any more after an error.
            let _ = sender.send(job());
        });
        self.weight += weight;
        self.jobs.push_back((weight, receiver));
    }

    /// The next result, if it is there or must be waited for before a job of `weight` may begin.
    pub(crate) fn make_room(&mut self, weight: u64) -> Option<T> {
        let (_, first) = self.jobs.front()?;
        let is_full = self.jobs.len() >= self.most_jobs || self.weight + weight > self.most_weight;
        if is_full {
            return self.next();
        }
        match first.try_recv() {
            Ok(result) => {
                self.forget_first();
                Some(result)
            }
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => None,
        }
    }

    /// The next result; none when all are taken, or when a job panicked, which ends the scope.
    pub(crate) fn next(&mut self) -> Option<T> {
        let (_, first) = self.jobs.front()?;
        let result = first.recv().ok();
        self.forget_first();
        result
    }

    fn forget_first(&mut self) {
        if let Some((weight, _)) = self.jobs.pop_front() {
            self.weight -= weight;
        }
    }
}
