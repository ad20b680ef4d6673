//! Hostile text is shown, and does nothing.

use html5gum::{Token, Tokenizer};
use jiff::Timestamp;
use model::{Campaign, MomentKind, OrganisationId, Tie, Tlp, Viewer};
use proptest::prelude::*;

use crate::{example, written};

/// A text with everything in it that could act.
const TRAP: &str = "\u{1b}]0;x\u{7}<script src=//x.example></script>\u{202e}\u{200b}\0\r\n\t\"'`&amp;]]>--> {{x}} =cmd|' /C x'!A1\\";

/// The example with a trap in every text that may hold one.
fn trapped(trap: &str) -> Campaign {
    let mut campaign = example::campaign();
    let text = trap.to_owned();
    for member in &mut campaign.members {
        for aim in &mut member.aims {
            let id: String = trap.chars().filter(|letter| !letter.is_control()).collect();
            aim.organisation = OrganisationId::new(&format!("O{}", &id)).expect("printable");
            aim.name.clone_from(&text);
            aim.imitated.clone_from(&text);
            aim.promoted = Some(text.clone());
        }
        for reached in &mut member.stages {
            reached.says.clone_from(&text);
        }
    }
    for link in &mut campaign.links {
        for tie in &mut link.reasons {
            match tie {
                Tie::Shared { pivot, .. } => pivot.value.clone_from(&text),
                Tie::Pinned { by, why } => (*by, *why) = (text.clone(), text.clone()),
            }
        }
    }
    for centre in &mut campaign.centre {
        centre.pivot.value.clone_from(&text);
    }
    for moment in &mut campaign.timeline {
        moment.says.clone_from(&text);
        moment.why = Some(text.clone());
    }
    for hypothesis in &mut campaign.hypotheses {
        hypothesis.set.clone_from(&text);
        hypothesis.ids = vec![text.clone()];
        hypothesis.rivals = vec![text.clone()];
        if let model::Basis::Claimed { by, source } = &mut hypothesis.basis {
            (*by, *source) = (text.clone(), text.clone());
        }
        for witness in &mut hypothesis.speaks_for {
            witness.says.clone_from(&text);
        }
        if let Some(verdict) = &mut hypothesis.verdict {
            (verdict.by, verdict.why) = (text.clone(), text.clone());
        }
    }
    campaign
}

/// Whether nobody sees a character, or others move because of it.
fn acts(letter: char) -> bool {
    let moves = matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    moves || (letter.is_control() && letter != '\n')
}

/// What people look at does not act, and what is XML or HTML is well formed and holds nothing of the trap.
#[track_caller]
fn check(campaign: &Campaign) {
    for viewer in [Viewer::of_all(Tlp::Red), Viewer::of_all(Tlp::Clear)] {
        for (name, text) in written(campaign, &viewer) {
            let for_programs = ["json", "list", "indicators.json", "indicators.csv"];
            if for_programs.contains(&name.as_str()) {
                continue;
            }
            if let Some(found) = text.chars().find(|letter| acts(*letter)) {
                panic!("{found:?} is in the {name}");
            }
            match name.as_str() {
                "report" => well_formed(&text),
                "timeline.svg" | "graph.svg" | "graph.graphml" => {
                    let tree = roxmltree::Document::parse(&text).expect("well-formed XML");
                    let scripts = tree.descendants().filter(|it| it.has_tag_name("script"));
                    assert_eq!(scripts.count(), 0, "{name}");
                }
                "graph.json" => assert!(text.parse::<serde_json::Value>().is_ok()),
                _ => {}
            }
        }
    }
}

/// Tags are balanced, there is no error, and nothing that runs, loads or leads anywhere.
#[track_caller]
fn well_formed(html: &str) {
    let mut open: Vec<String> = vec![];
    for token in Tokenizer::new(html) {
        match token.expect("reading from memory does not fail") {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                let banned = [
                    "script", "img", "a", "link", "iframe", "form", "object", "base",
                ];
                assert!(!banned.contains(&name.as_str()), "<{name}>");
                for (attribute, value) in &tag.attributes {
                    let attribute = String::from_utf8_lossy(attribute);
                    let loads = ["src", "href", "style", "action", "xlink:href"];
                    assert!(!attribute.starts_with("on"), "{attribute} of <{name}>");
                    assert!(!loads.contains(&&*attribute), "{attribute} of <{name}>");
                    assert!(!value.windows(4).any(|part| part == b"url("), "{attribute}");
                }
                if name != "meta" {
                    open.push(name);
                }
            }
            Token::EndTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                assert_eq!(open.pop(), Some(name));
            }
            Token::Error(error) => panic!("{error:?}"),
            Token::String(_) | Token::Comment(_) | Token::Doctype(_) => {}
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

#[test]
fn the_example_does_nothing() {
    check(&example::campaign());
    check(&example::large(500));
}

#[test]
fn traps_do_nothing() {
    check(&trapped(TRAP));
    check(&trapped(&"\u{fffe}\u{10ffff}\u{e0001}".repeat(20)));
}

#[test]
fn nothing_at_all() {
    let mut nothing = example::campaign();
    nothing.members.clear();
    nothing.links.clear();
    nothing.centre.clear();
    nothing.timeline.clear();
    nothing.hypotheses.clear();
    check(&nothing);
}

#[test]
fn long_texts_are_cut_where_people_read() {
    let viewer = Viewer::of_all(Tlp::Red);
    let long = trapped(&"long text ".repeat(19));
    let longer = {
        let mut campaign = long.clone();
        for moment in &mut campaign.timeline {
            moment.says = "very long text ".repeat(20_000);
        }
        campaign
    };
    assert!(render::timeline_text(&longer, &viewer).len() < 100_000);
    assert!(render::timeline_svg(&longer, &viewer).len() < 200_000);
}

fn any_time() -> impl Strategy<Value = Timestamp> {
    (Timestamp::MIN.as_second()..=Timestamp::MAX.as_second())
        .prop_map(|second| Timestamp::from_second(second).expect("within the range"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_it_says_it_is_well_formed(
        trap in "\\PC{0,40}[\\x00-\\x1f<>&\"'\\u{202e}]{0,8}",
        times in prop::collection::vec(any_time(), 1..6),
    ) {
        let mut campaign = trapped(&trap);
        for (at, moment) in campaign.timeline.iter_mut().enumerate() {
            moment.at = times[at % times.len()];
        }
        for (at, member) in campaign.members.iter_mut().enumerate() {
            member.first = times[at % times.len()];
        }
        campaign.timeline[0].kind = MomentKind::Changed;
        check(&campaign);
    }
}
