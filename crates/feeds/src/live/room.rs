//! How much all sources together may hold at hand.

use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Places for [`Block`](super::Block)s between the network and the ledger. Shared by all sources, so that memory does
/// not grow with their number.
#[derive(Clone, Debug)]
pub struct Room(Arc<Semaphore>);

impl Room {
    /// Room for so many blocks; a tile of certificates takes some 400 KB.
    pub fn new(blocks: usize) -> Self {
        Self(Arc::new(Semaphore::new(blocks)))
    }

    /// A place, if there is one. Who holds blocks that nobody else can free must not wait for more.
    pub(super) fn try_take(&self) -> Option<OwnedSemaphorePermit> {
        self.0.clone().try_acquire_owned().ok()
    }

    /// A place, as soon as there is one.
    pub(super) async fn take(&self) -> OwnedSemaphorePermit {
        let taken = self.0.clone().acquire_owned().await;
        taken.expect("the semaphore is never closed")
    }
}
