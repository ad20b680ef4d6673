//! What `/metrics` shows: counters and gauges, as `OpenMetrics` text.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use tracing::error;

use crate::hub::Hub;

/// `OpenMetrics` 1.0.
const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds of the latency's buckets, in seconds: from what is aimed for up to a day's outage.
const LATENCY: [f64; 14] = [
    0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3_600.0, 21_600.0, 86_400.0,
];

/// All counters and gauges; a clone is the same set.
///
/// Label values are few and known to the operator: a feed's description, a tier, a channel, the kind of an alarm.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Set>);

/// Where an observation ends: every one in exactly one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is no DNS name.
    Unreadable,
    /// It belongs to a guarded organisation, or to a service that one uses.
    Own,
    /// It resembles only organisations whose own list lets it pass.
    Allowed,
    /// It resembles nobody.
    Unlike,
    /// It is told to at least one organisation.
    Candidate,
    /// All that it resembles were told before.
    Duplicate,
}

impl Outcome {
    const ALL: [Self; 6] = [
        Self::Unreadable,
        Self::Own,
        Self::Allowed,
        Self::Unlike,
        Self::Candidate,
        Self::Duplicate,
    ];

    fn id(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Own => "own",
            Self::Allowed => "allowed",
            Self::Unlike => "unlike",
            Self::Candidate => "candidate",
            Self::Duplicate => "duplicate",
        }
    }
}

/// How far a feed is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedGauges {
    /// Entries read and proven.
    pub position: u64,
    /// Entries that the feed says it has.
    pub head: u64,
    /// How long ago the oldest entry that we have not read was published; zero when there is none.
    pub lag: Duration,
}

#[derive(Debug)]
struct Set {
    observations: By<1, Counter>,
    entries: By<1, Counter>,
    position: By<1, Level>,
    head: By<1, Level>,
    lag_entries: By<1, Level>,
    lag_seconds: By<1, Gauge<f64, AtomicU64>>,
    detections: By<1, Counter>,
    deliveries: By<2, Counter>,
    alarms_open: By<1, Level>,
    certstream_clients: By<1, Gauge>,
    certstream_dropped: By<1, Counter>,
    latency: Histogram,
    lake_rows: Counter,
    registry: Registry,
}

/// A metric for each value of its labels.
type By<const LABELS: usize, Metric> = Family<[(&'static str, String); LABELS], Metric>;
type Level = Gauge<u64, AtomicU64>;

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut set = Set {
            observations: By::default(),
            entries: By::default(),
            position: By::default(),
            head: By::default(),
            lag_entries: By::default(),
            lag_seconds: By::default(),
            detections: By::default(),
            deliveries: By::default(),
            alarms_open: By::default(),
            certstream_clients: By::default(),
            certstream_dropped: By::default(),
            latency: Histogram::new(LATENCY),
            lake_rows: Counter::default(),
            registry: Registry::with_prefix("enpassant"),
        };
        set.register();
        let metrics = Self(Arc::new(set));
        // A counter that is not there yet looks like one that was forgotten.
        for outcome in Outcome::ALL {
            metrics.observed(outcome, 0);
        }
        metrics
    }

    /// `count` more names ended so.
    pub fn observed(&self, outcome: Outcome, count: u64) {
        let label = [("outcome", outcome.id().to_owned())];
        self.0.observations.get_or_create(&label).inc_by(count);
    }

    /// `count` more entries of a feed were read and proven.
    pub fn entries(&self, feed: &str, count: u64) {
        self.0.entries.get_or_create(&of_feed(feed)).inc_by(count);
    }

    /// Where a feed is now.
    pub fn feed(&self, feed: &str, now: FeedGauges) {
        let feed = of_feed(feed);
        let behind = now.head.saturating_sub(now.position);
        self.0.position.get_or_create(&feed).set(now.position);
        self.0.head.get_or_create(&feed).set(now.head);
        self.0.lag_entries.get_or_create(&feed).set(behind);
        let lag = now.lag.as_secs_f64();
        self.0.lag_seconds.get_or_create(&feed).set(lag);
    }

    /// A feed is followed no longer; its gauges would stand still for ever.
    pub fn left(&self, feed: &str) {
        let feed = of_feed(feed);
        self.0.position.remove(&feed);
        self.0.head.remove(&feed);
        self.0.lag_entries.remove(&feed);
        self.0.lag_seconds.remove(&feed);
    }

    /// A new detection, by the id of its tier.
    pub fn detection(&self, tier: &str) {
        let label = [("tier", tier.to_owned())];
        self.0.detections.get_or_create(&label).inc();
    }

    /// From an entry's publication to the moment its detection was on the event stream.
    pub fn latency(&self, latency: Duration) {
        self.0.latency.observe(latency.as_secs_f64());
    }

    /// An attempt to tell somebody through a channel.
    pub fn delivery(&self, channel: &str, succeeded: bool) {
        let outcome = if succeeded { "delivered" } else { "failed" };
        let labels = [
            ("channel", channel.to_owned()),
            ("outcome", outcome.to_owned()),
        ];
        self.0.deliveries.get_or_create(&labels).inc();
    }

    /// Alarms of a kind that are open now.
    pub fn alarms_open(&self, kind: &str, count: u64) {
        let label = [("kind", kind.to_owned())];
        self.0.alarms_open.get_or_create(&label).set(count);
    }

    /// Rows that the lake took.
    pub fn lake_rows(&self, rows: u64) {
        self.0.lake_rows.inc_by(rows);
    }

    /// A client came, or left.
    pub(crate) fn certstream_client(&self, form: &'static str, came: bool) {
        let clients = self.0.certstream_clients.get_or_create(&of_form(form));
        if came {
            clients.inc();
        } else {
            clients.dec();
        }
    }

    /// Messages that a client did not get.
    pub(crate) fn certstream_dropped(&self, form: &'static str, messages: u64) {
        let dropped = self.0.certstream_dropped.get_or_create(&of_form(form));
        dropped.inc_by(messages);
    }
}

fn of_feed(feed: &str) -> [(&'static str, String); 1] {
    [("feed", feed.to_owned())]
}

fn of_form(form: &str) -> [(&'static str, String); 1] {
    [("form", form.to_owned())]
}

impl Set {
    /// Names end in their unit; the encoder adds `_total` to counters, and a full stop to help.
    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register(
            "observations",
            "Names, each in exactly one outcome",
            self.observations.clone(),
        );
        registry.register(
            "entries",
            "Entries read from a feed and proven",
            self.entries.clone(),
        );
        registry.register(
            "feed_position",
            "Entries of a feed that are read, from its first",
            self.position.clone(),
        );
        registry.register(
            "feed_head",
            "Entries that a feed says it has",
            self.head.clone(),
        );
        registry.register(
            "feed_lag_entries",
            "Entries of a feed that are not read yet",
            self.lag_entries.clone(),
        );
        registry.register_with_unit(
            "feed_lag",
            "Age of the oldest entry that is not read yet",
            Unit::Seconds,
            self.lag_seconds.clone(),
        );
        registry.register(
            "detections",
            "New detections by tier",
            self.detections.clone(),
        );
        registry.register(
            "deliveries",
            "Attempts to tell somebody",
            self.deliveries.clone(),
        );
        registry.register(
            "alarms_open",
            "Alarms that are open",
            self.alarms_open.clone(),
        );
        registry.register(
            "certstream_clients",
            "Connected certstream clients",
            self.certstream_clients.clone(),
        );
        registry.register(
            "certstream_dropped",
            "Certstream messages that a client did not get",
            self.certstream_dropped.clone(),
        );
        registry.register_with_unit(
            "detection_latency",
            "From the publication of an entry to its detection on the event stream",
            Unit::Seconds,
            self.latency.clone(),
        );
        registry.register(
            "lake_rows",
            "Rows written to the lake",
            self.lake_rows.clone(),
        );
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The running version", build);
    }
}

pub(crate) async fn answer(State(hub): State<Hub>) -> Response {
    let mut page = String::new();
    match text::encode(&mut page, &hub.metrics().0.registry) {
        Ok(()) => {
            let kind = HeaderValue::from_static(CONTENT_TYPE);
            ([(header::CONTENT_TYPE, kind)], page).into_response()
        }
        Err(error) => {
            error!(%error, "metrics not encoded");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(metrics: &Metrics, lines: &[&str]) {
        let mut page = String::new();
        text::encode(&mut page, &metrics.0.registry).expect("a String takes all that is written");
        for line in lines {
            assert!(
                page.lines().any(|one| one == *line),
                "{line} is not in\n{page}"
            );
        }
    }

    #[test]
    fn names_and_labels() {
        let metrics = Metrics::new();
        metrics.observed(Outcome::Unlike, 998);
        metrics.observed(Outcome::Unlike, 1);
        metrics.entries("Example \"One\"", 256);
        metrics.detection("alert");
        metrics.delivery("mail", false);
        metrics.alarms_open("split-view", 1);
        metrics.latency(Duration::from_millis(1_700));
        metrics.lake_rows(42);
        check(
            &metrics,
            &[
                "# TYPE enpassant_observations counter",
                r#"enpassant_observations_total{outcome="unlike"} 999"#,
                r#"enpassant_observations_total{outcome="duplicate"} 0"#,
                r#"enpassant_entries_total{feed="Example \"One\""} 256"#,
                r#"enpassant_detections_total{tier="alert"} 1"#,
                r#"enpassant_deliveries_total{channel="mail",outcome="failed"} 1"#,
                r#"enpassant_alarms_open{kind="split-view"} 1"#,
                "# UNIT enpassant_detection_latency_seconds seconds",
                r#"enpassant_detection_latency_seconds_bucket{le="1.0"} 0"#,
                r#"enpassant_detection_latency_seconds_bucket{le="2.0"} 1"#,
                "enpassant_lake_rows_total 42",
                concat!(
                    r#"enpassant_build_info{version=""#,
                    env!("CARGO_PKG_VERSION"),
                    r#""} 1"#
                ),
                "# EOF",
            ],
        );
    }

    #[test]
    fn feeds_come_and_go() {
        let metrics = Metrics::new();
        let now = FeedGauges {
            position: 90,
            head: 100,
            lag: Duration::from_millis(2_500),
        };
        metrics.feed("Example 2026", now);
        check(
            &metrics,
            &[
                r#"enpassant_feed_position{feed="Example 2026"} 90"#,
                r#"enpassant_feed_head{feed="Example 2026"} 100"#,
                r#"enpassant_feed_lag_entries{feed="Example 2026"} 10"#,
                r#"enpassant_feed_lag_seconds{feed="Example 2026"} 2.5"#,
            ],
        );

        metrics.left("Example 2026");
        let mut page = String::new();
        text::encode(&mut page, &metrics.0.registry).expect("a String takes all that is written");
        assert!(!page.contains("Example 2026"), "{page}");
    }
}
