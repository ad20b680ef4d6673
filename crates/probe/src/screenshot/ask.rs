//! A picture of a page, through the filtering proxy.

use std::io::ErrorKind;

use egress::{Dialer, FilteringProxy, ProxyLimits};
use model::dossier::Screenshot;
use model::{FailureKind, Probed};

use super::browser::Browser;
use super::read::{Picture, read};
use crate::outcome::{Asked, failed, of_server, piece};

/// How much a page may load.
const MAX_TRAFFIC: u64 = 32 << 20;
/// How many connections a browser has at once.
const CONNECTIONS: usize = 16;

/// Takes a picture of `url`. The picture is evidence.
pub(crate) async fn ask(
    browser: &Browser,
    dialer: &Dialer,
    url: &str,
    reference: Option<u64>,
) -> Asked<Screenshot> {
    let source = url.to_owned();
    let limits = ProxyLimits {
        bytes: MAX_TRAFFIC,
        time: browser.time(),
        connections: CONNECTIONS,
    };
    let proxy = match FilteringProxy::start(dialer.clone(), limits).await {
        Ok(proxy) => proxy,
        Err(error) => return Asked::nothing(of_server(&error), source),
    };
    let bytes = match browser.picture(url, proxy.address()).await {
        Ok(bytes) => bytes,
        Err(error) => {
            let kind = match error.kind() {
                ErrorKind::TimedOut => FailureKind::Timeout,
                ErrorKind::FileTooLarge => FailureKind::TooLarge,
                _ => FailureKind::Broken,
            };
            let outcome = failed(kind, &format!("the browser took no picture: {error}"));
            return Asked::nothing(outcome, source);
        }
    };
    // Some milliseconds of work: not for a thread that others wait for.
    let read = tokio::task::spawn_blocking(move || (read(&bytes), bytes)).await;
    let Ok((Some(picture), bytes)) = read else {
        let outcome = failed(FailureKind::Malformed, "the picture cannot be read");
        return Asked::nothing(outcome, source);
    };
    let piece = piece(bytes, "image/png");
    Asked {
        outcome: Probed::Answered(Screenshot {
            picture: piece.digest,
            size: picture.size,
            phash: picture.hash,
            distance: reference.map(|other| Picture::distance(picture.hash, other)),
        }),
        source,
        evidence: vec![piece],
    }
}
