//! The report as a page.

use model::{Basis, Campaign, Tlp, Viewer};

use crate::{example, facts};

fn report(campaign: &Campaign, tlp: Tlp) -> String {
    render::report(campaign, &Viewer::of_all(Tlp::Red), &facts(tlp))
}

/// The text of the page, without tags, in one line.
fn text(html: &str) -> String {
    let body = html.split("<body>").nth(1).expect("a body");
    let mut text = String::new();
    for part in body.split('<').skip(1) {
        let (tag, words) = part.split_once('>').expect("tags end");
        if !tag.starts_with("style") {
            text += words;
        }
        text.push(' ');
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(campaign: &Campaign, says: &[&str]) {
    let text = text(&report(campaign, Tlp::Amber));
    for said in says {
        assert!(text.contains(said), "the report does not say: {said}");
    }
}

#[test]
fn it_needs_nothing_else_and_is_labelled() {
    let html = report(&example::campaign(), Tlp::AmberStrict);
    assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\">"));
    assert!(
        html.contains("content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"")
    );
    assert_eq!(
        html.matches("<strong class=\"amber\">TLP:AMBER+STRICT</strong>")
            .count(),
        2
    );
    assert!(html.contains("@bottom-right { content: \"TLP:AMBER+STRICT\"; }"));
    assert!(!html.contains("@import") && !html.contains("url("));
    for id in [
        "summary",
        "timeline",
        "imitated",
        "graph",
        "members",
        "reasons",
        "behind",
        "unknown",
        "indicators",
        "methods",
    ] {
        assert_eq!(html.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
    }
}

#[test]
fn it_says_in_plain_words_what_there_is() {
    check(
        &example::campaign(),
        &[
            "Seven domains belong together and pass for Example Bank (three domains) and Example Ministry (four domains).",
            "One of them imitates nobody",
            "between 2 March and 1 April 2026; the last activity that we know of was on 2 April 2026",
            "The furthest of them asks visitors for their password.",
            "One of them has been taken down since",
            "Our own evidence names nobody: who is behind it we do not know. Example Research has published that it is Paper Kestrel; that is their claim.",
            "end all sessions, change the password",
        ],
    );
}

#[test]
fn it_gives_its_reasons_and_both_sides() {
    check(
        &example::campaign(),
        &[
            "shared by 4 of 4 domains observed",
            "17.6 bits",
            "joined by a. analyst : Both were named in one abuse report.",
            "raised by its company",
            "&lt;script&gt;alert(1)&lt;/script&gt;\\u{202e}gnp.nigol",
            "published claim",
            "likely (55 to 80 %)",
            "unlikely (20 to 45 %)",
            "B2",
            "Rejected by a. analyst on 16 April 2026: The way of naming is all there is.",
            "a is U+0430".replace("a is", "\u{430} is").as_str(),
            "2026-06-07 past",
        ],
    );
}

#[test]
fn it_says_what_it_does_not_know() {
    check(
        &example::campaign(),
        &[
            "When xn--exmplebank-0qi[.]example was registered",
            "The hour of",
            "How far xn--exmplebank-0qi[.]example has come",
            "no page was seen there",
            "Whether one link is true",
            "others name somebody, and our own evidence names nobody",
            "entered a password: that does not show from outside",
        ],
    );
}

#[test]
fn nobody_is_said_plainly() {
    let mut campaign = example::campaign();
    campaign.hypotheses.clear();
    let nobody = "Nobody that we could name.";
    check(
        &campaign,
        &[
            nobody,
            "who is behind it we do not know",
            "Who is behind it: nobody that we could name.",
        ],
    );
    let mut claimed = example::campaign();
    claimed.hypotheses.retain(|it| it.basis != Basis::Compared);
    check(
        &claimed,
        &[
            nobody,
            "Paper Kestrel",
            "We repeat it, and have not found it out ourselves.",
        ],
    );
}

#[test]
fn a_confirmed_hypothesis_is_an_analysts() {
    let mut campaign = example::campaign();
    let verdict = campaign.hypotheses[1].verdict.as_mut().expect("a verdict");
    verdict.confirmed = true;
    check(
        &campaign,
        &[
            "An analyst holds that Glass Otter is behind it (unlikely, with low confidence)",
            "Confirmed by a. analyst",
            "an analyst's judgement is not one",
        ],
    );
    campaign.hypotheses[1].verdict = None;
    check(
        &campaign,
        &[
            "a possibility, not a finding",
            "there is a resemblance, and nothing more",
        ],
    );
}

#[test]
fn long_tables_end_and_say_so() {
    check(
        &example::large(700),
        &["And 200 more, which the campaign's JSON has."],
    );
}
