//! Certstream: JSON Lines, a message a line, as its servers send them over a web socket.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use crate::batch::{Line, Sink};
use crate::reject::RejectReason;

/// Reads one certstream message: `certificate_update` (full or lite) and `dns_entries`; `heartbeat` is structure.
///
/// A certificate gives the names of `data.leaf_cert.all_domains` and its subject's common name, each once. A message
/// that names none is structure.
pub(crate) fn read(line: Line<'_>, sink: &mut Sink<'_>) {
    if line.bytes.trim_ascii().is_empty() {
        sink.structure(1);
        return;
    }
    match names(line.bytes) {
        Err(reason) => sink.reject(line, reason),
        Ok(names) => {
            let mut told = HashSet::with_capacity(names.len());
            for Text(name) in &names {
                if told.insert(name.as_bytes()) {
                    sink.name_spelled(line.number, name.as_bytes());
                }
            }
            match told.len() as u64 {
                0 => sink.structure(1),
                names => sink.observed(names),
            }
        }
    }
}

/// All names of a message, with repetitions; none for a heartbeat. Depth is bounded by `serde_json` (128), size by the line's.
pub(crate) fn names(message: &[u8]) -> Result<Vec<Text<'_>>, RejectReason> {
    let message: Message<'_> =
        serde_json::from_slice(message).map_err(|_| RejectReason::BadJson)?;
    match (&*message.message_type.0, message.data) {
        ("heartbeat", _) => Ok(Vec::new()),
        ("certificate_update", Data::Certificate(update)) => {
            let mut names = update
                .leaf_cert
                .all_domains
                .ok_or(RejectReason::MissingField)?;
            names.extend(
                update
                    .leaf_cert
                    .subject
                    .and_then(|subject| subject.common_name),
            );
            Ok(names)
        }
        ("dns_entries", Data::Names(names)) => Ok(names),
        ("certificate_update" | "dns_entries", _) => Err(RejectReason::MissingField),
        _ => Err(RejectReason::UnknownMessage),
    }
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    message_type: Text<'a>,
    #[serde(borrow, default)]
    data: Data<'a>,
}

/// The form of `data` goes with the type of the message, which may come after it.
#[derive(Default)]
enum Data<'a> {
    Certificate(Update<'a>),
    Names(Vec<Text<'a>>),
    #[default]
    Other,
}

#[derive(Deserialize)]
struct Update<'a> {
    #[serde(borrow, default)]
    leaf_cert: LeafCert<'a>,
}

#[derive(Deserialize, Default)]
struct LeafCert<'a> {
    #[serde(borrow)]
    all_domains: Option<Vec<Text<'a>>>,
    #[serde(borrow)]
    subject: Option<Subject<'a>>,
}

#[derive(Deserialize)]
struct Subject<'a> {
    #[serde(borrow, rename = "CN")]
    common_name: Option<Text<'a>>,
}

/// A string that stays where it is unless it holds escapes; a bare `Cow` in a `Vec` would always be copied.
#[derive(Deserialize)]
pub(crate) struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl Text<'_> {
    /// The bytes of the string.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Data<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = Data<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a certificate or a list of names")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Data<'de>, A::Error> {
                Update::deserialize(MapAccessDeserializer::new(map)).map(Data::Certificate)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Data<'de>, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(seq)).map(Data::Names)
            }

            fn visit_unit<E>(self) -> Result<Data<'de>, E> {
                Ok(Data::Other)
            }
        }

        deserializer.deserialize_any(Either)
    }
}

#[cfg(test)]
mod tests {
    use crate::Format;
    use crate::input::tests::told;

    #[track_caller]
    fn check(text: &str, want: &str) {
        assert_eq!(told(text.as_bytes(), Format::Certstream), want, "{text}");
    }

    #[test]
    fn certificate() {
        check(
            r#"{"message_type":"certificate_update","data":{"update_type":"X509LogEntry","leaf_cert":{
               "subject":{"CN":"example.com","O":null},"not_before":1.5,
               "all_domains":["example.com","*.example.com","www.example.com"]},"seen":1}}"#
                .replace('\n', " ")
                .as_str(),
            "example.com *.example.com www.example.com",
        );
    }

    #[test]
    fn common_name_beside_the_others() {
        check(
            r#"{"data":{"leaf_cert":{"all_domains":["a.example"],"subject":{"CN":"b.example"}}},"message_type":"certificate_update"}"#,
            "a.example b.example",
        );
        check(
            r#"{"data":{"leaf_cert":{"all_domains":["a.example"],"subject":{"CN":null}}},"message_type":"certificate_update"}"#,
            "a.example",
        );
    }

    #[test]
    fn names_alone() {
        check(
            r#"{"data":["a.example","b.example","a.example"],"message_type":"dns_entries"}"#,
            "a.example b.example",
        );
    }

    #[test]
    fn escapes() {
        check(
            r#"{"data":["b\u00fccher.example"],"message_type":"dns_entries"}"#,
            "bücher.example",
        );
    }

    #[test]
    fn structure() {
        check(
            "{\"message_type\":\"heartbeat\",\"timestamp\":1.0}\n\n",
            "structure:2",
        );
        check(r#"{"data":[],"message_type":"dns_entries"}"#, "structure:1");
    }

    #[test]
    fn bad_lines_stand_alone() {
        check(
            "{\"message_type\":\"heartbeat\"\n{\"data\":[\"a.example\"],\"message_type\":\"dns_entries\"}\nnull\n",
            "a.example 1:bad-json 3:bad-json",
        );
        check(
            r#"{"message_type":"surprise","data":{}}"#,
            "1:unknown-message",
        );
        check(
            r#"{"message_type":"certificate_update","data":{"leaf_cert":{}}}"#,
            "1:missing-field",
        );
        check(
            r#"{"message_type":"certificate_update"}"#,
            "1:missing-field",
        );
        check(
            r#"{"message_type":"dns_entries","data":null}"#,
            "1:missing-field",
        );
        check(
            r#"{"data":["\ud800"],"message_type":"dns_entries"}"#,
            "1:bad-json",
        );
    }

    #[test]
    fn depth_is_bounded() {
        check(
            &("{\"data\":".to_owned() + &"[".repeat(100_000)),
            "1:bad-json",
        );
        check(&("{\"x\":".to_owned() + &"[".repeat(100_000)), "1:bad-json");
    }
}
