//! Certificates of issuers, fetched beside everything else: nothing waits for one.

use super::door::{Door, Fault};
use super::source::{Trouble, TroubleKind};
use bytes::Bytes;
use ct::Hash;
use ct::tile::issuer_path;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::sleep;

/// The largest certificate of an issuer that is taken, in bytes.
const MAX_ISSUER: usize = 64 << 10;
/// How many are kept; all logs together know some thousands, of which few are busy.
const MOST_KEPT: usize = 4096;
const TRIES: u32 = 3;

/// The issuers that one log knows (C2SP static-ct-api, "Issuers").
#[derive(Clone)]
pub struct Issuers {
    door: Door,
    /// None while it is being fetched, and after that failed.
    kept: Arc<Mutex<HashMap<Hash, Option<Bytes>>>>,
}

impl Issuers {
    /// Behind the same door as the log's tiles.
    pub fn new(door: Door) -> Self {
        Self {
            door,
            kept: Arc::default(),
        }
    }

    /// The certificate with this SHA-256, if it is at hand.
    pub fn at_hand(&self, fingerprint: &Hash) -> Option<Bytes> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(fingerprint).cloned().flatten()
    }

    /// Whether nobody has asked for it before.
    pub fn is_new(&self, fingerprint: &Hash) -> bool {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        !kept.contains_key(fingerprint)
    }

    /// Fetches one that nobody asked for before. Returns trouble where it cannot be had; `None` where it is there, or
    /// another call is at it.
    pub async fn fetch(&self, fingerprint: Hash) -> Option<Trouble> {
        {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.contains_key(&fingerprint) || kept.len() >= MOST_KEPT {
                return None;
            }
            kept.insert(fingerprint, None);
        }
        let mut again = 0;
        loop {
            sleep(Duration::from_millis(500) * again).await;
            again += 1;
            match self.get(&fingerprint).await {
                Ok(certificate) => {
                    let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
                    kept.insert(fingerprint, Some(certificate));
                    return None;
                }
                Err(fault) if again == TRIES => {
                    return Some(Trouble::new(TroubleKind::MissingIssuer, fault.says));
                }
                Err(_) => {}
            }
        }
    }

    async fn get(&self, fingerprint: &Hash) -> Result<Bytes, Fault> {
        let path = issuer_path(fingerprint);
        let certificate = self.door.get(&path, MAX_ISSUER).await?.unpack()?;
        let digest: Hash = Sha256::digest(&certificate).into();
        if digest == *fingerprint {
            Ok(certificate.into())
        } else {
            let says = format!("{path} is another certificate");
            Err(Fault::new(TroubleKind::MissingIssuer, says))
        }
    }
}
