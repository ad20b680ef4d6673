//! What registries really answered; see `corpus/registration/README.md`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use model::dossier::Registration;
use model::{FailureKind, Probed};
use names::DomainName;
use probe::{rdap, whois};

/// The recorded answers of one protocol, by name.
fn recorded(protocol: &str) -> Vec<(String, Vec<u8>)> {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../corpus/registration")
        .join(protocol);
    let mut answers: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .expect("the corpus is there")
        .map(|entry| entry.expect("the corpus can be read").path())
        .filter(|path| path.extension().is_some_and(|kind| kind != "tsv"))
        .map(|path| {
            let stem = path.file_stem().expect("it has a name").to_string_lossy();
            (
                stem.into_owned(),
                std::fs::read(&path).expect("it can be read"),
            )
        })
        .collect();
    answers.sort();
    answers
}

/// What was read, in a paragraph.
fn told(outcome: &Probed<Registration>) -> String {
    let domain = match outcome {
        Probed::Answered(domain) => domain,
        Probed::Failed(failure) => {
            return format!(
                "{:?} {:?}: {}\n",
                failure.kind, failure.retry_after, failure.says
            );
        }
        other => return format!("{other:?}\n"),
    };
    let mut text = String::new();
    let dates = [domain.created, domain.changed, domain.expires]
        .map(|at| at.map_or_else(|| "-".to_owned(), |at| at.to_string()));
    let mut line = |what: &str, value: &dyn std::fmt::Debug| {
        writeln!(text, "  {what}: {value:?}").expect("a string takes all");
    };
    line("registrar", &domain.registrar);
    line("dates", &dates);
    line("events", &domain.events);
    line("statuses", &domain.statuses);
    line(
        "servers",
        &domain
            .name_servers
            .iter()
            .map(DomainName::as_str)
            .collect::<Vec<_>>(),
    );
    for contact in &domain.contacts {
        line("contact", contact);
    }
    line("signed, privacy", &(domain.signed, domain.privacy));
    line("redacted", &domain.redacted);
    line("notes", &domain.notes);
    format!("registered\n{text}")
}

/// The name that an answer is about: the reader tells it when it is asked for another.
fn read_whois(bytes: &[u8]) -> whois::Whois {
    let asked: DomainName = "asked.example".parse().expect("it is a name");
    match whois::read(bytes, &asked) {
        whois::Whois::Other(name) => whois::read(bytes, &name),
        read => read,
    }
}

#[test]
fn whois_answers() {
    let mut all = String::new();
    for (name, bytes) in recorded("whois") {
        let read = read_whois(&bytes).probed();
        let (_, kind) = name.split_once('-').expect("the name says what it is");
        let as_named = match kind {
            "free" => read.is_absent(),
            "unavailable" => {
                matches!(&read, Probed::Failed(failure) if failure.kind == FailureKind::Broken)
            }
            "blocked" | "throttled" | "throttled-daily" => {
                matches!(&read, Probed::Failed(failure) if failure.kind == FailureKind::Refused)
            }
            _ => read.answer().is_some(),
        };
        assert!(as_named, "{name}: {read:?}");
        all.extend([&name, ": ", &*told(&read)]);
    }
    insta::assert_snapshot!(all);
}

#[test]
fn rdap_answers() {
    let asked: DomainName = "asked.example".parse().expect("it is a name");
    let mut all = String::new();
    for (name, bytes) in recorded("rdap") {
        let mut read = rdap::read(200, None, &bytes, &asked);
        if let Probed::Failed(failure) = &read
            && let Some(other) = failure.says.strip_prefix("the answer is about ")
            && let Ok(other) = other.parse()
        {
            read = rdap::read(200, None, &bytes, &other);
        }
        all.extend([&name, ": ", &*told(&read)]);
    }
    insta::assert_snapshot!(all);
}

/// Every answer, cut at many places: the reader does not panic, and no part of a refusal says that nobody has the name.
#[test]
fn answers_that_are_cut() {
    for (name, bytes) in recorded("whois") {
        let refused = name.contains("throttled") || name.contains("blocked");
        for len in (0..bytes.len()).step_by(41) {
            let read = read_whois(&bytes[..len]);
            assert!(!refused || read != whois::Whois::Free, "{name} to {len}");
        }
    }
}
