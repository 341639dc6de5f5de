//! A commit: it runs once, whoever asks again gets the first one's answer, and whoever goes away stops nothing.

use std::sync::{Arc, Mutex};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};

use crate::desk::{
    Desk, held,
    problem::{Problem, What},
};

/// One commit: not begun, on its way, or done.
pub(super) struct Once<T>(Mutex<Option<Outcoming<T>>>);

type Outcoming<T> = Shared<BoxFuture<'static, Result<T, Problem>>>;

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone + Send + Sync + 'static> Once<T> {
    /// Begins `work` if this is the first call, and waits for what came of the first.
    pub(super) async fn run<W>(&self, desk: &Arc<Desk>, work: impl FnOnce() -> W + Send) -> Result<T, Problem>
    where
        W: Future<Output = Result<T, Problem>> + Send + 'static,
    {
        let outcome = held(&self.0)
            .get_or_insert_with(|| {
                let task = tokio::spawn(work());
                let desk = Arc::clone(desk);
                async move {
                    task.await.unwrap_or_else(|error| {
                        Err(desk.problem(What::Unexpected { detail: error.to_string() }))
                    })
                }
                .boxed()
                .shared()
            })
            .clone();
        outcome.await
    }
}
