//! How is a run carried out?

/// How to run. Nothing in here changes what comes back.
#[derive(Clone, Copy)]
pub struct RunOptions<'a> {
    /// Threads, at least 1.
    pub threads: usize,
    /// Most actors of one chunk.
    pub chunk_actors: usize,
    /// Most events of one chunk; an actor with more is a chunk of its own.
    pub chunk_events: usize,
    /// Called now and then with the number of events done so far, from any thread.
    pub progress: Option<&'a (dyn Fn(u64) + Sync)>,
}

impl Default for RunOptions<'_> {
    /// All processors, chunks that fit the cache, no progress.
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { threads, chunk_actors: 1 << 12, chunk_events: 1 << 16, progress: None }
    }
}
