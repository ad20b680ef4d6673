//! The pictures: what is in them, and that nothing covers anything else.

use jiff::SignedDuration;
use model::{Campaign, Tlp, Viewer};
use render::{Graph, GraphFormat};
use roxmltree::{Document, Node};

use crate::example;

fn viewer() -> Viewer {
    Viewer::of_all(Tlp::Red)
}

fn number(node: Node<'_, '_>, name: &str) -> f64 {
    let value = node.attribute(name).expect("the attribute");
    value.parse().expect("a number")
}

/// How far a node is moved, with all that it stands in.
fn moved(node: Node<'_, '_>) -> (f64, f64) {
    let mut at = (0.0, 0.0);
    for ancestor in node.ancestors() {
        let Some(transform) = ancestor.attribute("transform") else {
            continue;
        };
        let inside = transform
            .trim_start_matches("translate(")
            .trim_end_matches(')');
        let mut numbers = inside
            .split(' ')
            .map(|text| text.parse::<f64>().expect("a number"));
        let mut next = || numbers.next().expect("two numbers");
        at = (at.0 + next(), at.1 + next());
    }
    at
}

fn has_class(node: Node<'_, '_>, class: &str) -> bool {
    let classes = node.attribute("class").unwrap_or_default();
    classes.split(' ').any(|it| it == class)
}

/// Every text and box lies within the picture.
#[track_caller]
fn within(tree: &Document<'_>) {
    let picture = tree.root_element();
    let (width, height) = (number(picture, "width"), number(picture, "height"));
    let placed = picture
        .descendants()
        .filter(|it| it.has_attribute("x") || it.has_tag_name("rect"));
    for node in placed {
        let (x, y) = moved(node);
        assert!(
            (0.0..=width).contains(&x) && (0.0..=height).contains(&y),
            "{node:?}"
        );
    }
    let titles = picture
        .children()
        .filter(|it| it.has_tag_name(("http://www.w3.org/2000/svg", "title")));
    assert_eq!(titles.count(), 1);
}

#[track_caller]
fn check_graph(campaign: &Campaign, nodes: usize, note: &str) {
    let graph = Graph::of(campaign, &viewer());
    assert!(
        graph.notes().join(" ").contains(note),
        "{:?}",
        graph.notes()
    );
    let svg = graph.written(GraphFormat::Svg);
    let tree = Document::parse(&svg).expect("well-formed XML");
    within(&tree);
    let boxes: Vec<[f64; 4]> = tree
        .descendants()
        .filter(|it| {
            has_class(*it, "box")
                && it
                    .parent()
                    .is_some_and(|it| it.children().any(|it| it.tag_name().name() == "title"))
        })
        .map(|it| {
            let (x, y) = moved(it);
            [x, y, x + number(it, "width"), y + number(it, "height")]
        })
        .collect();
    assert_eq!(boxes.len(), nodes);
    for (at, a) in boxes.iter().enumerate() {
        for b in &boxes[at + 1..] {
            let apart = a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
            assert!(apart, "{a:?} covers {b:?}");
        }
    }
}

#[test]
fn no_node_covers_another() {
    // Two organisations, seven domains, seven values, an analyst's word.
    check_graph(&example::campaign(), 17, "Two values are shared as well");
    check_graph(&example::large(60), 70, "");
}

#[test]
fn domains_with_the_same_ties_are_one() {
    check_graph(&example::large(2000), 26, "2000 domains as 16 nodes");
}

#[test]
fn a_graph_has_its_bounds() {
    let mut campaign = example::large(900);
    for (at, link) in campaign.links.iter_mut().enumerate() {
        let mut tie = link.reasons[0].clone();
        if let model::Tie::Shared {
            pivot, strength, ..
        } = &mut tie
        {
            pivot.value = format!("ns.{at}.example");
            *strength = 5_000 + u32::try_from(at).expect("few");
        }
        link.reasons.push(tie);
    }
    let graph = Graph::of(&campaign, &viewer());
    assert!(
        graph
            .notes()
            .join(" ")
            .contains("shared values are not drawn"),
        "{:?}",
        graph.notes()
    );
    let read: serde_json::Value = graph.written(GraphFormat::Json).parse().expect("JSON");
    let length = |key: &str| read[key].as_array().expect("an array").len();
    assert!(
        (100..=Graph::MOST_NODES).contains(&length("nodes")),
        "{}",
        length("nodes")
    );
    assert!(length("edges") <= Graph::MOST_EDGES);
}

/// Draws the timeline of the example, with other times.
#[track_caller]
fn check_timeline(campaign: &Campaign, rows: usize, marks: usize, says: &str) {
    let svg = render::timeline_svg(campaign, &viewer());
    let tree = Document::parse(&svg).expect("well-formed XML");
    within(&tree);
    let named = |it: &Node<'_, '_>| has_class(*it, "name") || has_class(*it, "whole");
    assert_eq!(tree.descendants().filter(named).count(), rows, "rows");
    let drawn = tree
        .descendants()
        .filter(|it| has_class(*it, "mark") && it.has_children());
    let drawn: Vec<(f64, f64)> = drawn.map(moved).collect();
    assert_eq!(drawn.len(), marks, "marks");
    for (at, a) in drawn.iter().enumerate() {
        for b in &drawn[at + 1..] {
            let apart = (a.0 - b.0).abs() >= 9.0 || (a.1 - b.1).abs() >= 9.0;
            assert!(apart, "{a:?} covers {b:?}");
        }
    }
    assert!(svg.contains(says), "{says} is not in it");
}

#[test]
fn each_moment_has_its_mark() {
    let campaign = example::campaign();
    let marks = campaign.timeline.len();
    check_timeline(&campaign, 8, marks, "asks for credentials");
}

#[test]
fn moments_at_one_time_stand_above_each_other() {
    let mut campaign = example::campaign();
    let at = campaign.timeline[0].at;
    for moment in &mut campaign.timeline {
        moment.at = at;
    }
    // The first domain has more than find a place above each other.
    check_timeline(&campaign, 8, campaign.timeline.len() - 2, "+2");
    // What says most of a domain is not among what is left out.
    let svg = render::timeline_svg(&campaign, &viewer());
    for says in [
        "asks for credentials — ",
        "serving — ",
        "raised to an alert — ",
        "ready for mail — ",
    ] {
        assert!(svg.contains(says), "{says}");
    }
    assert!(!svg.contains("delegated — "));
    campaign.timeline.truncate(1);
    check_timeline(&campaign, 7, 1, "2 Mar");
}

#[test]
fn ten_years_and_nothing() {
    let mut campaign = example::campaign();
    for (at, moment) in (0..).zip(&mut campaign.timeline) {
        moment.at += SignedDuration::from_hours(24 * 135 * at);
    }
    let marks = campaign.timeline.len();
    check_timeline(&campaign, 8, marks, "2030");
    campaign.timeline.clear();
    check_timeline(&campaign, 7, 0, "Nothing of it is dated.");
}

#[test]
fn many_domains_share_a_row() {
    let svg = render::timeline_svg(&example::large(200), &viewer());
    assert!(svg.contains("161 more domains"));
    let rows = svg.matches("class=\"name\"").count();
    assert_eq!(rows, 39);
}
