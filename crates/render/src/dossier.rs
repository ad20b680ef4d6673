//! A dossier in writing.
//!
//! One JSON object in one line. Keys stand in a fixed order; those that are not known are read over, so that a later program
//! may add some within a version. Of a question only the outcome that came is written; of facts every key, `null` where
//! nothing was said. Times are as in RFC 3339, as fine as they were; digests and hashes are lower-case hexadecimal;
//! durations are milliseconds, with a fraction where there is one.

mod certificate;
mod dns;
mod look;
mod page;
mod registration;
mod written;

use jiff::Timestamp;
use model::dossier as noun;
use serde::{Deserialize, Serialize};

use self::certificate::TlsFacts;
use self::dns::DnsFacts;
use self::look::Look;
use self::page::{PageFacts, Screenshot};
use self::registration::Registration;
use self::written::{Name, Written, written};
use crate::RenderError;

/// The version that is written and read.
const VERSION: u64 = 1;

/// A dossier as one JSON object in one line, without a line break at its end.
///
/// [`parse_dossier`] gives the same dossier again. Two things are outside: a similarity that is no finite number is written as
/// not known, and durations of more than ten days, which nothing that we wait for takes, are rounded where they are finer than
/// a millisecond.
///
/// # Panics
/// Never: every key is text, and writing to memory does not fail.
///
/// ```
/// use model::{Look, Reason, dossier::Dossier};
///
/// let at = jiff::Timestamp::UNIX_EPOCH;
/// let name: names::DomainName = "examp1ebank.example".parse()?;
/// let dossier = Dossier {
///     name: name.clone(),
///     registrable: name,
///     taken: at,
///     dns: Look::not_asked(Reason::Policy, at),
///     registration: Look::not_asked(Reason::Policy, at),
///     tls: Look::not_asked(Reason::Policy, at),
///     page: Look::not_asked(Reason::Policy, at),
///     screenshot: Look::not_asked(Reason::Policy, at),
/// };
/// let text = render::dossier(&dossier);
/// assert!(text.starts_with(r#"{"version":1,"name":"examp1ebank.example","#));
/// assert_eq!(render::parse_dossier(&text)?, dossier);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn dossier(dossier: &model::Dossier) -> String {
    let envelope = Envelope {
        version: VERSION,
        dossier: Dossier::of(dossier.clone()),
    };
    serde_json::to_string(&envelope)
        .expect("every key is text, and writing to memory does not fail")
}

/// Reads what [`dossier`] wrote.
///
/// Strict about types and values: a number in quotes, a name that is not in A-label form, a question with two outcomes or none
/// is refused. Keys that are not known are read over.
///
/// # Errors
/// [`RenderError::UnknownVersion`] for any version but 1, whatever else the text holds; [`RenderError::Malformed`] for the rest.
pub fn parse_dossier(text: &str) -> Result<model::Dossier, RenderError> {
    let Head { version } = serde_json::from_str(text)?;
    if version != VERSION {
        return Err(RenderError::UnknownVersion {
            found: version,
            known: VERSION,
        });
    }
    let dossier: Dossier = serde_json::from_str(text)?;
    Ok(dossier.noun())
}

/// What is written.
#[derive(Serialize)]
struct Envelope {
    version: u64,
    #[serde(flatten)]
    dossier: Dossier,
}

/// What is read first.
#[derive(Deserialize)]
struct Head {
    version: u64,
}

written! {
    struct Dossier {
        name: Name,
        registrable: Name,
        taken: Timestamp,
        dns: Look<DnsFacts>,
        registration: Look<Registration>,
        tls: Look<TlsFacts>,
        page: Look<PageFacts>,
        screenshot: Look<Screenshot>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A dossier of which nothing was asked, with `from` replaced by `to`.
    fn edited(from: &str, to: &str) -> String {
        let look = r#"{"at":"2026-03-04T05:06:07Z","took_ms":0,"source":"","evidence":[],"not_asked":"policy"}"#;
        let text = format!(
            r#"{{"version":1,"name":"examp1ebank.example","registrable":"examp1ebank.example","taken":"2026-03-04T05:06:07Z","dns":{look},"registration":{look},"tls":{look},"page":{look},"screenshot":{look}}}"#
        );
        assert!(text.contains(from), "nothing to replace");
        text.replacen(from, to, 1)
    }

    #[track_caller]
    fn check(from: &str, to: &str, says: &str) {
        let told = match parse_dossier(&edited(from, to)) {
            Ok(read) => dossier(&read),
            Err(error) => error.to_string(),
        };
        assert!(told.contains(says), "{told}");
    }

    #[test]
    fn other_versions_are_refused_whatever_they_hold() {
        check(
            r#""version":1,"name""#,
            r#""version":2,"names""#,
            "the dossier is written in version 2; only version 1 can be read",
        );
        check(r#""version":1"#, r#""version":"1""#, "expected u64");
        check(r#""version":1,"#, "", "missing field `version`");
    }

    #[test]
    fn keys_that_are_not_known_are_read_over() {
        check(
            r#""version":1"#,
            r#""version":1,"later":[{}]"#,
            r#""version":1,"name""#,
        );
        check(
            r#""source""#,
            r#""later":null,"source""#,
            r#""took_ms":0,"source""#,
        );
    }

    #[test]
    fn a_question_has_one_outcome() {
        let says = "not exactly one of `answered`, `absent`, `failed` and `not_asked`";
        check(r#","not_asked":"policy""#, "", says);
        check(r#""not_asked""#, r#""absent":"no-name","not_asked""#, says);
        check(
            r#"{"at""#,
            r#"{"not_asked":"policy","at""#,
            "duplicate field `not_asked`",
        );
        check(
            r#""policy""#,
            r#""indolence""#,
            "unknown variant `indolence`",
        );
        check(
            r#""not_asked":"policy""#,
            r#""answered":{}"#,
            "missing field `ns`",
        );
    }

    #[test]
    fn values_are_what_they_should_be() {
        for name in [
            "Examp1ebank.example",
            "*.examp1ebank.example",
            "examp1ebank.example.",
            "éxample",
            "",
        ] {
            let name = format!(r#""name":"{name}""#);
            check(
                r#""name":"examp1ebank.example""#,
                &name,
                "not a domain name in A-label form",
            );
        }
        for digest in [
            "",
            "00",
            &"AB".repeat(32),
            &"0g".repeat(32),
            &"0".repeat(63),
        ] {
            let evidence = format!(r#""evidence":["{digest}"]"#);
            check(
                r#""evidence":[]"#,
                &evidence,
                "not lower-case hexadecimal of the right length",
            );
        }
        check(
            r#""took_ms":0"#,
            r#""took_ms":-1"#,
            "not a duration in milliseconds",
        );
        check(
            r#""took_ms":0"#,
            r#""took_ms":1e300"#,
            "not a duration in milliseconds",
        );
        check(
            r#""took_ms":0"#,
            r#""took_ms":"0""#,
            "expected a JSON number",
        );
        check(
            "2026-03-04T05:06:07Z",
            "2026-03-04",
            "failed to find time component",
        );
        check(r#""version":1"#, r#""version":1}"#, "trailing characters");
    }

    #[test]
    fn what_is_told_can_be_shown() {
        let hostile = format!(r#""{}\u001b[31m""#, "\\n".repeat(1000));
        let error = parse_dossier(&edited(r#""policy""#, &hostile)).expect_err("no such reason");
        let RenderError::Malformed { says } = &error else {
            panic!("not malformed: {error}");
        };
        assert!(says.starts_with("unknown variant `\u{fffd}"), "{says}");
        assert!(!says.contains(char::is_control), "{says}");
        assert_eq!(says.chars().count(), RenderError::LONGEST);
    }

    #[test]
    fn the_longest_durations_are_cut() {
        let mut read = parse_dossier(&edited("", "")).expect("a dossier");
        read.dns.took = std::time::Duration::MAX;
        let text = dossier(&read);
        assert!(
            text.contains(r#""took_ms":18446744073709551615,"#),
            "{text}"
        );
        let took = parse_dossier(&text)
            .expect("what was written can be read")
            .dns
            .took;
        assert_eq!(took, std::time::Duration::from_millis(u64::MAX));
    }
}
