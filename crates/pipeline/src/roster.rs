//! Which logs are followed: those of the log list, as it changes.

use crate::error::PipelineError;
use crate::settings::{ListSource, LogSettings};
use ct::log_list::verify_signature;
use ct::{Dialect, ListedLog, LogList, LogState};
use egress::{Get, Http, Trust};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;
use url::Url;

/// The largest list that is taken, in bytes; today's has some 40,000.
const MAX_LIST: usize = 8 << 20;
const MAX_SIGNATURE: usize = 4096;
const TIMEOUT: Duration = Duration::from_mins(1);

/// What a list says of one log, as far as it matters to whoever follows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    pub(crate) log: ListedLog,
    /// Takes no more entries.
    pub(crate) closed: bool,
}

/// Logs by feed id.
pub(crate) type Roster = BTreeMap<String, Entry>;

/// Reads the list, checks its signature where a key is given, and picks the logs to follow.
///
/// Followed are logs that are, or were, trusted by browsers: qualified, usable, read-only. A retired one is followed
/// only if `known` says that it was before: it is read to its end.
pub(crate) async fn read(
    settings: &LogSettings,
    http: &Http,
    known: impl Fn(&str) -> bool,
) -> Result<Roster, PipelineError> {
    let place = match &settings.list {
        ListSource::File(path) => path.display().to_string(),
        ListSource::Url(url) => url.to_string(),
    };
    let fault = |why: String| PipelineError::ConfigList {
        place: place.clone(),
        why,
    };
    let bytes = fetch(&settings.list, http).await.map_err(fault)?;
    if let Some(key) = &settings.list_key {
        let signature = fetch_signature(&settings.list, http).await.map_err(fault)?;
        verify_signature(&bytes, &signature, key).map_err(|error| fault(error.to_string()))?;
    }
    let list = LogList::parse(&bytes).map_err(|error| fault(error.to_string()))?;
    for oddity in &list.oddities {
        tracing::debug!(log = %names::escaped(&oddity.log), kind = ?oddity.kind, "odd log in the list");
    }
    let followed = list.logs.into_iter().filter_map(|log| {
        let id = feed_id(&log);
        let closed = match log.state {
            LogState::Qualified | LogState::Usable => false,
            LogState::ReadOnly { .. } => true,
            // Read to its end, then left.
            LogState::Retired if known(&id) => true,
            _ => return None,
        };
        Some((id, Entry { log, closed }))
    });
    Ok(followed.collect())
}

/// How the ledger calls a log.
fn feed_id(log: &ListedLog) -> String {
    format!("ct:{}", log.id.base64url())
}

impl Entry {
    /// Where the log is read.
    pub(crate) fn url(&self) -> &str {
        match &self.log.dialect {
            Dialect::Tiles { monitoring_url, .. } => monitoring_url,
            Dialect::Rfc6962 { url } => url,
        }
    }
}

async fn fetch(list: &ListSource, http: &Http) -> Result<Vec<u8>, String> {
    match list {
        ListSource::File(path) => read_file(path, MAX_LIST).await,
        ListSource::Url(url) => get(http, url, MAX_LIST).await,
    }
}

/// The signature is published beside the list.
async fn fetch_signature(list: &ListSource, http: &Http) -> Result<Vec<u8>, String> {
    match list {
        ListSource::File(path) => read_file(&path.with_extension("sig"), MAX_SIGNATURE).await,
        ListSource::Url(url) => {
            let path = url.path().strip_suffix(".json").unwrap_or(url.path());
            let mut beside = url.clone();
            beside.set_path(&format!("{path}.sig"));
            get(http, &beside, MAX_SIGNATURE).await
        }
    }
}

async fn get(http: &Http, url: &Url, limit: usize) -> Result<Vec<u8>, String> {
    let get = Get {
        accept_gzip: true,
        ..Get::new(url, Trust::Configured, limit, TIMEOUT)
    };
    let answer = http.get(get).await.map_err(|error| error.to_string())?;
    answer.unpacked(limit).map_err(|error| error.to_string())
}

async fn read_file(path: &Path, limit: usize) -> Result<Vec<u8>, String> {
    let path = path.to_owned();
    let read = tokio::task::spawn_blocking(move || {
        use std::io::Read;
        let mut bytes = vec![];
        let file = std::fs::File::open(&path)?;
        file.take(limit as u64 + 1).read_to_end(&mut bytes)?;
        Ok::<_, std::io::Error>(bytes)
    });
    let bytes = match read.await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) => return Err(error.to_string()),
        Err(error) => return Err(error.to_string()),
    };
    if bytes.len() > limit {
        return Err(format!("it has more than {limit} bytes"));
    }
    Ok(bytes)
}
