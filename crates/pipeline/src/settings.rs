//! All that a watch goes by. Plain values: whoever reads files and flags fills them in.

use console::Exposure;
use feeds::live::Pacing;
use jiff::Timestamp;
use ledger::LedgerUrl;
use model::{Policy, Tier};
use probe::Ports;
use probe::screenshot::Browser;
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// The settings of one watch.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the state is.
    pub ledger: LedgerUrl,
    /// Where every name is kept; nowhere if `None`.
    pub lake: Option<LakeSettings>,
    /// Where we serve; nothing is served if `None`.
    pub listen: Option<Exposure>,
    /// Which logs are followed and how; none if `None`.
    pub logs: Option<LogSettings>,
    /// Certstream servers that are listened to.
    pub streams: Vec<Url>,
    /// Whether imitations are asked of the DNS; not if `None`.
    pub permutations: Option<PermutationSettings>,
    /// Who is told.
    pub channels: Vec<ChannelSettings>,
    /// How often a canary is planted; never if `None`.
    pub canary: Option<Duration>,
    /// How long a canary may take to come out.
    pub canary_due: Duration,
    /// How this watch calls out.
    pub egress: egress::Settings,
    /// A log this far behind its head is told to be behind.
    pub behind_after: Duration,
    /// How what was detected is looked at; not at all if `None`.
    pub looks: Option<LookSettings>,
    /// Catch up with every head, settle, and end.
    pub once: bool,
}

/// How domains are looked at.
#[derive(Clone, Debug)]
pub struct LookSettings {
    /// How far looks go for organisations that say nothing themselves.
    pub policy: Policy,
    /// Looks at a time.
    pub at_once: usize,
    /// Connections at a time, of all looks together.
    pub connections: usize,
    /// A table of networks (first address, last address, number, name); without one nobody knows whose addresses are.
    pub networks: Option<PathBuf>,
    /// A table of countries (first address, last address, code).
    pub countries: Option<PathBuf>,
    /// The RDAP servers (RFC 9224), if not those that the program was built with.
    pub bootstrap: Option<PathBuf>,
    /// The WHOIS servers, if not those that the program was built with.
    pub whois_servers: Option<PathBuf>,
    /// `Accept-Language` of visits.
    pub language: Option<String>,
    /// What takes pictures of pages.
    pub browser: Option<Browser>,
    /// Where pages are served: 80 and 443 but on a testbed.
    pub ports: Ports,
}

/// How imitations are asked of the DNS.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PermutationSettings {
    /// How often a round begins at most.
    pub every: Duration,
    /// Questions a second at most.
    pub per_second: f64,
}

/// Somebody who is told.
#[derive(Clone, Debug)]
pub struct ChannelSettings {
    /// What the ledger knows it by.
    pub name: String,
    /// Detections below this tier are not told.
    pub min_tier: Tier,
    /// How long a delivery may take.
    pub timeout: Duration,
    /// How.
    pub kind: ChannelKind,
}

/// How somebody is told.
#[derive(Clone, Debug)]
pub enum ChannelKind {
    /// A program and its arguments; the event comes on its standard input.
    Command(Vec<String>),
    /// A web hook.
    Webhook {
        /// Where to.
        url: Url,
        /// A file with the secret by which messages are signed.
        secret_file: Option<PathBuf>,
    },
}

/// The lake, and how long it keeps.
#[derive(Clone, Debug)]
pub struct LakeSettings {
    /// Its directory.
    pub directory: PathBuf,
    /// Segments older than this are removed.
    pub keep: Option<Duration>,
    /// The oldest segments are removed beyond so many bytes.
    pub max_bytes: Option<u64>,
    /// A segment is closed after this time at the latest.
    pub close_every: Duration,
}

/// Which logs are followed, and how.
#[derive(Clone, Debug)]
pub struct LogSettings {
    /// The log list, version 3.
    pub list: ListSource,
    /// The key by which the list is signed, as `SubjectPublicKeyInfo` in DER. The signature is expected beside the list, with `.sig`
    /// instead of `.json`.
    pub list_key: Option<Vec<u8>>,
    /// How often the list is looked at again.
    pub list_every: Duration,
    /// Where a log begins that was not followed before.
    pub start: StartAt,
    /// How logs are treated.
    pub pacing: Pacing,
    /// Requests a second to one host at most.
    pub rate: f64,
    /// How long a log is left alone that has contradicted itself.
    pub pause: Duration,
}

/// Where the log list is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ListSource {
    /// A file; the logs on it count as configured.
    File(PathBuf),
    /// An address.
    Url(Url),
}

/// Where a log begins that was not followed before. One that appears on the list while we watch begins with its first
/// entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StartAt {
    /// With what is added from now on.
    Now,
    /// With the first entry.
    Beginning,
    /// With the entry of this index.
    Index(u64),
    /// With the first entry promised at or after this time.
    Since(Timestamp),
}
