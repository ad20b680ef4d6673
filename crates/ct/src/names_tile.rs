//! Names tiles: the names of entries as lines of JSON, an extension of some logs
//! (Sunlight, "The names tiles Static CT extension").
//!
//! **Nothing binds them to the log.** They are a hint that comes early and cheap; what is to count is read from the
//! data tile.

use serde::Deserialize;

use crate::fault::{self, CtFault, Part};
use crate::tile::TileWidth;

/// What one line may hold, in bytes: a name may have 100 others beside it, and some have thousands.
pub const MAX_LINE_BYTES: usize = 4 * 1024 * 1024;

/// What a line says of its entry.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Hint {
    /// The time of the entry, in milliseconds since the epoch.
    #[serde(rename = "Timestamp")]
    pub timestamp_ms: u64,
    #[serde(rename = "Subject", default)]
    subject: Subject,
    /// The DNS names of the certificate.
    #[serde(rename = "DNS", default)]
    pub dns: Vec<String>,
    /// The addresses of the certificate.
    #[serde(rename = "IP", default)]
    pub ip: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct Subject {
    #[serde(rename = "CommonName")]
    common_name: Option<String>,
}

impl Hint {
    /// The common name of the subject, which need not be the name of a host.
    pub fn common_name(&self) -> Option<&str> {
        self.subject.common_name.as_deref()
    }
}

/// The hints of a tile of that width, line by line: one for each entry, or the fault of its line. A tile with more or
/// fewer lines ends in a fault.
pub fn hints(bytes: &[u8], width: TileWidth) -> impl Iterator<Item = Result<Hint, CtFault>> {
    let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let lines = || {
        text.split(|&byte| byte == b'\n')
            .filter(|_| !text.is_empty())
    };
    let (want, got) = (u64::from(width.get()), lines().count() as u64);
    let wrong = (want != got).then_some(Err(CtFault::PeerWrongSize {
        part: Part::NamesTile,
        want,
        got,
    }));
    lines().take(width.get().into()).map(hint).chain(wrong)
}

fn hint(line: &[u8]) -> Result<Hint, CtFault> {
    if line.len() > MAX_LINE_BYTES {
        return Err(CtFault::PeerOversized {
            part: Part::NamesTile,
            size: line.len() as u64,
            limit: MAX_LINE_BYTES as u64,
        });
    }
    serde_json::from_slice(line).map_err(|fault| fault::json(Part::NamesTile, &fault))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lines: &str, wide: u16, want: &str) {
        let told: Vec<String> = hints(lines.as_bytes(), TileWidth::new(wide).unwrap())
            .map(|read| match read {
                Ok(hint) => format!(
                    "{}:{:?}:{:?}{:?}",
                    hint.timestamp_ms,
                    hint.common_name(),
                    hint.dns,
                    hint.ip
                ),
                Err(fault) => fault.id().to_owned(),
            })
            .collect();
        assert_eq!(told.join(" "), want, "{lines}");
    }

    #[test]
    fn lines() {
        check(
            "{\"Timestamp\":1,\"Subject\":{\"CommonName\":\"a.example\"},\"DNS\":[\"a.example\"]}\n\
             {\"Timestamp\":2,\"Subject\":{\"Country\":[\"XX\"]},\"IP\":[\"192.0.2.1\"]}\n",
            2,
            r#"1:Some("a.example"):["a.example"][] 2:None:[]["192.0.2.1"]"#,
        );
        check("{\"Timestamp\":1}", 1, "1:None:[][]");
    }

    #[test]
    fn faults_stand_alone() {
        check("{}\n{\"Timestamp\":2}\n", 2, "broken-frame 2:None:[][]");
        check("{\"Timestamp\":1}\n", 2, "1:None:[][] wrong-size");
        check(
            "{\"Timestamp\":1}\n{\"Timestamp\":2}\n",
            1,
            "1:None:[][] wrong-size",
        );
        check("", 1, "wrong-size");
        check("\n\n", 2, "broken-frame broken-frame");
    }

    #[test]
    fn a_line_is_bounded() {
        let long = format!("{{\"Timestamp\":1}}{}", " ".repeat(MAX_LINE_BYTES));
        let fault = hints(long.as_bytes(), TileWidth::new(1).unwrap())
            .next()
            .unwrap()
            .unwrap_err();
        assert_eq!(fault.id(), "oversized");
    }
}
