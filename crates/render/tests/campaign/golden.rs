//! What programs and people read, to the letter.

use model::{Tlp, Viewer};
use render::{Graph, GraphFormat, Validity};
use serde_json::Value;

use crate::{example, reader_at};

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("keys are text")
}

#[test]
fn for_a_reader_of_everything() {
    let campaign = example::campaign();
    let viewer = Viewer::of_all(Tlp::Red);
    let graph = Graph::of(&campaign, &viewer);
    let indicators = render::indicators(&campaign, &viewer, &Validity::USUAL);
    insta::assert_snapshot!("campaign", pretty(&render::campaign(&campaign, &viewer)));
    insta::assert_snapshot!("dot", graph.written(GraphFormat::Dot));
    insta::assert_snapshot!("graphml", graph.written(GraphFormat::GraphMl));
    let json: Value = graph.written(GraphFormat::Json).parse().expect("JSON");
    insta::assert_snapshot!("graph", pretty(&json));
    insta::assert_snapshot!("timeline", render::timeline_text(&campaign, &viewer));
    insta::assert_snapshot!("indicators", render::indicators_csv(&indicators));
    let list = render::campaigns(&[campaign, example::large(9)], &viewer);
    insta::assert_snapshot!("list", pretty(&list));
}

#[test]
fn for_a_reader_of_little() {
    let campaign = example::campaign();
    let viewer = reader_at(example::MINISTRY, Tlp::Green);
    let written = render::campaign(&campaign, &viewer);
    insta::assert_snapshot!("campaign_of_the_ministry", pretty(&written));
    insta::assert_snapshot!(
        "timeline_of_the_ministry",
        render::timeline_text(&campaign, &viewer)
    );
}

#[test]
fn the_same_again() {
    let viewer = Viewer::of_all(Tlp::Amber);
    let once = crate::written(&example::large(120), &viewer);
    let again = crate::written(&example::large(120), &viewer);
    assert_eq!(once, again);
}
