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
            "4 of this campaign have it, and no other domain that we know of",
            "3 of this campaign have it, and one other domain",
            "17.6 bits",
            "joined by a. analyst : Both were named in one abuse report.",
            "raised by its company",
            "&lt;script&gt;alert(1)&lt;/script&gt;\\u{202e}gnp[.]nigol",
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
fn all_that_are_confirmed_are_named() {
    let mut campaign = example::campaign();
    let verdict = campaign.hypotheses[1].verdict.clone();
    let mut sets = ["Ash Heron", "Blue Ibis", "Cold Jay", "Dun Kite"].into_iter();
    let mut confirmed = |many: usize| {
        campaign.hypotheses.truncate(2);
        for set in sets.by_ref().take(many) {
            let mut hypothesis = campaign.hypotheses[1].clone();
            hypothesis.set = set.to_owned();
            hypothesis.verdict.clone_from(&verdict);
            let verdict = hypothesis.verdict.as_mut().expect("a verdict");
            verdict.confirmed = true;
            campaign.hypotheses.push(hypothesis);
        }
        campaign.clone()
    };
    check(
        &confirmed(4),
        &[
            "Analysts confirmed four hypotheses on who is behind it: Ash Heron (unlikely, with low confidence), Blue Ibis (unlikely, with low confidence), Cold Jay (unlikely, with low confidence) and 1 more.",
        ],
    );
}

/// What the section with this id says.
fn section(campaign: &Campaign, id: &str) -> String {
    let html = report(campaign, Tlp::Amber);
    let begin = html.find(&format!("<section id=\"{id}\"")).expect("it");
    let rest = &html[begin..];
    let end = rest.find("</section>").expect("its end");
    text(&format!("<body>{}", &rest[..end]))
}

#[test]
fn what_is_let_pass_is_marked_and_not_asked_about() {
    let passed = ["portal-office.example", "examplebank-login.example"];
    let campaign = example::let_pass(&passed);
    let summary = section(&campaign, "summary");
    for said in [
        "Ruled harmless 2 Other domains 5",
        "Five domains belong together",
        "Two domains besides are tied to them that an analyst ruled harmless and lets pass: examplebank-login[.]example and portal-office[.]example.",
        "Block the domains",
    ] {
        assert!(summary.contains(said), "{said}: {summary}");
    }
    let members = section(&campaign, "members");
    assert_eq!(
        members.matches("harmless an analyst lets it pass").count(),
        2
    );
    let indicators = section(&campaign, "indicators");
    for name in passed {
        let name = name.replace('.', "[.]");
        let row = format!("domain {name} ");
        assert!(!indicators.contains(&row), "{indicators}");
    }
    assert!(indicators.contains("So is what an analyst lets pass."));
    assert!(indicators.contains("domain examp1ebank[.]example "));
}

#[test]
fn where_all_is_let_pass_nothing_is_asked() {
    let campaign = example::let_pass(&example::imitating());
    let summary = section(&campaign, "summary");
    for said in [
        "Ruled harmless 7",
        "An analyst ruled that what belongs together here is harmless (seven domains), and lets it pass.",
        "What to do now Nothing. No domain is to be blocked or taken down",
    ] {
        assert!(summary.contains(said), "{said}: {summary}");
    }
    for asks in [
        "Block",
        "Ask the registrars",
        "Search",
        "Warn",
        "Do not open",
    ] {
        assert!(!summary.contains(asks), "{asks}: {summary}");
    }
    let indicators = section(&campaign, "indicators");
    assert_eq!(
        indicators,
        "Indicators None: there is nothing to search for."
    );
}

#[test]
fn company_is_told_of_alerts_as_what_they_are() {
    let mut campaign = example::campaign();
    campaign.members[0].aims[0].promoted = campaign.members[2].aims[0].promoted.clone();
    let reasons = section(&campaign, "reasons");
    for said in [
        "examp1ebank[.]example Example Bank alert an alert as before It has",
        "portal-office[.]example Example Ministry watch raised to an alert It has",
    ] {
        assert!(reasons.contains(said), "{said}: {reasons}");
    }
    let members = section(&campaign, "members");
    assert_eq!(members.matches("raised by its company").count(), 2);
}

#[test]
fn nothing_in_it_leads_anywhere() {
    let target = "https://collect.example/in.php";
    let mut campaign = example::campaign();
    for reached in &mut campaign.members[0].stages {
        reached.says = format!("a form that posts to {target}");
    }
    for moment in &mut campaign.timeline {
        moment.says = format!("a form that posts to {target}");
    }
    let html = report(&campaign, Tlp::Red);
    let body = html.split("<body>").nth(1).expect("a body");
    let body = body.replace("http://www.w3.org/2000/svg", "");
    assert!(!body.contains("://"), "{body}");
    assert!(body.contains("title=\"a form that posts to https[:]//collect[.]example/in[.]php\""));
    assert!(!body.contains("collect.example"));
    let viewer = Viewer::of_all(Tlp::Red);
    let timeline = render::timeline_text(&campaign, &viewer);
    assert!(timeline.contains("https[:]//collect[.]example/in[.]php"));
    let json = render::campaign(&campaign, &viewer).to_string();
    assert!(json.contains(target), "programs have it as it is");
}

#[test]
fn letters_are_told_only_where_they_are_strange() {
    let imitated = section(&example::campaign(), "imitated");
    assert!(imitated.contains("What it imitates What was made of it Example Bank"));
    assert!(imitated.contains("\u{430} is U+0430"));
}

#[test]
fn long_tables_end_and_say_so() {
    check(
        &example::large(700),
        &["And 200 more, which the campaign's JSON has."],
    );
}
