//! A campaign in all its written forms: what they say, what they keep to themselves, and that nothing in them acts.

mod example;
mod golden;
mod hostile;
mod indicators;
mod page;
mod pictures;
mod withheld;

use model::{Campaign, OrganisationId, Tlp, Viewer};
use render::{Graph, GraphFormat, ReportFacts, Validity};

/// Everything that is written of a campaign for a reader, each with its name.
fn written(campaign: &Campaign, viewer: &Viewer) -> Vec<(String, String)> {
    let graph = Graph::of(campaign, viewer);
    let indicators = render::indicators(campaign, viewer, &Validity::USUAL);
    let mut all = vec![
        ("json", render::campaign(campaign, viewer).to_string()),
        (
            "list",
            render::campaigns(std::slice::from_ref(campaign), viewer).to_string(),
        ),
        ("timeline", render::timeline_text(campaign, viewer)),
        ("timeline.svg", render::timeline_svg(campaign, viewer)),
        (
            "report",
            render::report(campaign, viewer, &facts(viewer.tlp)),
        ),
        (
            "indicators.json",
            render::indicators_json(&indicators).to_string(),
        ),
        ("indicators.csv", render::indicators_csv(&indicators)),
    ];
    all.push(("graph.svg", graph.written(GraphFormat::Svg)));
    all.push(("graph.dot", graph.written(GraphFormat::Dot)));
    all.push(("graph.graphml", graph.written(GraphFormat::GraphMl)));
    all.push(("graph.json", graph.written(GraphFormat::Json)));
    all.into_iter()
        .map(|(name, text)| (name.to_owned(), text))
        .collect()
}

fn facts(tlp: Tlp) -> ReportFacts {
    ReportFacts {
        now: example::time("2026-07-05 09:30:00"),
        program: "En Passant 0.1.0".to_owned(),
        tlp,
        rests_on: vec!["12 feeds read without gaps".to_owned()],
    }
}

/// A reader of one organisation's affairs.
fn reader_at(organisation: &str, tlp: Tlp) -> Viewer {
    let organisation = OrganisationId::new(organisation).expect("an id");
    Viewer {
        tlp,
        organisations: Some([organisation].into()),
    }
}
