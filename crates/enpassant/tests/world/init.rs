//! `watchlist init` with look-ups: which services an organisation's own records give away.

use crate::{World, text};
use std::fs;
use std::process::{Command, Output};

/// An organisation with Google, whose policy for senders includes one that includes the next, twelve times.
fn scenario() -> String {
    let link = |n: u32| {
        let next = n + 1;
        format!("\"_spf{n} TXT \\\"v=spf1 include:_spf{next}.gazette.example ~all\\\"\",")
    };
    let chain: Vec<String> = (1..=12).map(link).collect();
    let chain = chain.concat();
    format!(
        r#"
[[hosts]]
name = "gazette.example"
dns = [
  "@ MX 1 aspmx.l.google.com.", "@ MX 5 alt1.aspmx.l.google.com.",
  "@ TXT \"v=spf1 include:_spf.google.com include:_spf1.gazette.example ~all\"",
  "google._domainkey TXT \"v=DKIM1; k=rsa; p=AAAA\"", "default._domainkey TXT \"v=DKIM1; p=AAAA\"",
  "support CNAME gazette.zendesk.com.", "zendesk1._domainkey CNAME zendesk1._domainkey.zendesk.com.",
  {chain}
]

[[hosts]]
name = "everything.example"
dns = ["*._domainkey TXT \"v=DKIM1; p=AAAA\"", "@ TXT \"slack-domain-verification=x\ty\""]

[[hosts]]
name = "broken.example"
fault = "dns-servfail"
"#
    )
}

fn init(world: &World, domain: &str) -> Output {
    let mut command = world.command(&["watchlist", "init", domain]);
    command.output().expect("the program starts")
}

/// What is written says `told`, names `services`, and can be used.
#[track_caller]
fn check(world: &World, domain: &str, services: &str, told: &[&str]) -> String {
    let output = init(world, domain);
    let entry = text(&output);
    assert!(
        entry.contains(&format!("\nservices = [{services}]\n")),
        "{entry}"
    );
    for line in told {
        let line = format!("\n# {line}\n");
        assert!(entry.contains(&line), "{line}: {entry}");
    }
    let file = world.dir.path().join("written.toml");
    fs::write(&file, &entry).expect("it can be written");
    let checked = Command::new(env!("CARGO_BIN_EXE_enpassant"))
        .args(["watchlist", "check"])
        .arg(&file)
        .output();
    text(&checked.expect("the program starts"));
    String::from_utf8(output.stderr).expect("it is text")
}

#[test]
fn a_customer_of_microsoft() {
    let world = World::bank();
    let told = check(
        &world,
        "www.examplebank.example",
        r#""microsoft-365", "mailchimp", "atlassian""#,
        &[
            "  microsoft-365",
            "    MX examplebank-example.mail.protection.outlook.com",
            "    SPF spf.protection.outlook.com",
            "    CNAME autodiscover.outlook.com (autodiscover)",
            "    TXT MS=ms00000000",
            "    SPF servers.mcsv.net (_senders)",
            "Perhaps, and so not in the list:",
            "    TXT google-site-verification=made-up",
            "  DMARC reports.example (_dmarc)",
        ],
    );
    assert_eq!(told, "");
}

#[test]
fn a_customer_of_google_and_whoever_says_too_much_or_nothing() {
    let world = World::of(&scenario());
    let told = check(
        &world,
        "gazette.example",
        r#""google-workspace", "zendesk""#,
        &[
            "    MX alt1.aspmx.l.google.com",
            "    DKIM google (google._domainkey)",
            "    CNAME gazette.zendesk.com (support)",
            "Note: SPF wants more than 10 look-ups (RFC 7208 §4.6.4)",
            "  DKIM default (default._domainkey)",
        ],
    );
    assert_eq!(told, "");
    check(
        &world,
        "everything.example",
        r#""slack""#,
        &[
            "    TXT slack-domain-verification=x y",
            "Note: every selector of a key has an answer, so that those in common use say nothing",
        ],
    );
    let told = check(&world, "broken.example", "", &[]);
    assert!(
        told.starts_with("warning: Could not learn MX of broken.example:")
            && told.contains("SERVFAIL"),
        "{told}"
    );
    let entry = text(&init(&world, "broken.example"));
    assert!(
        entry.contains("# Could not learn TXT of _dmarc.broken.example: "),
        "{entry}"
    );
}

#[test]
fn offline_nobody_is_asked() {
    let world = World::of(&scenario());
    let mut command = world.command(&["watchlist", "init", "gazette.example", "--offline"]);
    let output = command.output().expect("the program starts");
    let entry = text(&output);
    assert!(entry.contains("# Nobody looked up yet") && entry.contains("services = []"));
    assert!(output.stderr.is_empty());
}
