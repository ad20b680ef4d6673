//! What people see of a watch while it runs, and who it says it is.

use crate::output::Color;
use std::io;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// Writes logs to standard error: `info` and above, unless `RUST_LOG` says otherwise.
pub(super) fn log(json: bool, color: Color) {
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::INFO.into())
        .from_env_lossy();
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_target(false);
    // Fails only where logs are written already.
    let _ = if json {
        logs.json().try_init()
    } else {
        logs.with_ansi(color.on(&io::stderr())).try_init()
    };
}

/// Who holds the ledger, for whoever is refused: process and host.
pub(super) fn holder() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let at = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ");
    let host = if host.trim().is_empty() {
        "an unknown host"
    } else {
        host.trim()
    };
    format!("process {} on {host} since {at}", std::process::id())
}
