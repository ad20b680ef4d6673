//! The graph as a picture: organisations at the left, domains in the middle, what they share at the right.

use maud::{Markup, PreEscaped, html};
use model::Tier;

use super::layout::{Place, Size, places};
use super::{Edge, Graph, Kind, Node};
use crate::text::{self, px};

/// Room around the picture.
const MARGIN: f64 = 16.0;

/// How wide a letter is, at most, in the two fonts.
const SANS: f64 = 6.7;
const MONO: f64 = 7.4;

const LINE: f64 = 16.0;
const PADDING: f64 = 11.0;

/// Colours stand in the classes, once for light and once for dark; nothing is asked for from elsewhere.
const STYLE: &str = include_str!("graph.css");

pub(super) fn svg(graph: &Graph) -> Markup {
    let sizes = sizes(&graph.nodes);
    let edges: Vec<_> = graph
        .edges
        .iter()
        .map(|edge| (edge.from, edge.to))
        .collect();
    let places = places(&sizes, &edges);
    let right = |(place, size): (&Place, &Size)| place.x + size.width / 2.0;
    let below = |(place, size): (&Place, &Size)| place.y + size.height / 2.0;
    let nodes = || places.iter().zip(&sizes);
    let drawn = nodes().map(right).fold(0.0, f64::max);
    let width = drawn.max(LEGEND_WIDTH) + 2.0 * MARGIN;
    let legend_at = nodes().map(below).fold(0.0, f64::max) + 2.0 * MARGIN;
    let height = legend_at + 2.0 * MARGIN;
    let indent = MARGIN + (width - 2.0 * MARGIN - drawn) / 2.0;
    html! {
        svg .ep-graph xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="ep-graph-title ep-graph-desc"
            viewBox={ "0 0 " (px(width)) " " (px(height)) } width=(px(width)) height=(px(height)) {
            title id="ep-graph-title" { "Campaign " (graph.name) " (" (graph.id) ") as a graph" }
            desc id="ep-graph-desc" { (description(graph)) }
            style { (PreEscaped(STYLE)) }
            rect .ground width=(px(width)) height=(px(height)) {}
            g transform={ "translate(" (px(indent)) " " (px(MARGIN)) ")" } {
                @for edge in &graph.edges {
                    (line(graph, edge, &places, &sizes))
                }
                @for (node, (place, size)) in graph.nodes.iter().zip(nodes()) {
                    (self::node(node, *place, *size))
                }
            }
            g transform={ "translate(" (px(MARGIN)) " " (px(legend_at)) ")" } { (legend()) }
        }
    }
}

/// What those are told who do not see the picture.
fn description(graph: &Graph) -> String {
    let number = |kind: &str| {
        let nodes = graph.nodes.iter();
        nodes.filter(|node| node.kind.as_str() == kind).count()
    };
    let said = format!(
        "{} of organisations aimed at, {} of domains and {} of shared values, joined by {}. {}",
        text::count(number("organisation"), "node", "nodes"),
        text::count(number("domain"), "node", "nodes"),
        text::count(number("value"), "node", "nodes"),
        text::count(graph.edges.len(), "edge", "edges"),
        graph.notes.join(" ")
    );
    text::capital(said.trim_end())
}

/// Nodes of one kind are equally wide, so that they stand in columns.
fn sizes(nodes: &[Node]) -> Vec<Size> {
    let own = |node: &Node| {
        let lines = cut_lines(&node.kind);
        let wide = lines.iter().map(Line::width).fold(0.0, f64::max);
        Size {
            width: wide + 2.0 * PADDING,
            height: lines.len() as f64 * LINE + PADDING,
        }
    };
    let column = |node: &Node| match node.kind {
        Kind::Organisation(_) | Kind::Organisations(_) => 0,
        Kind::Domains(_) | Kind::Hidden(_) => 1,
        Kind::Value(_) | Kind::Word { .. } => 2,
    };
    let mut widest = [0.0_f64; 3];
    let own: Vec<Size> = nodes.iter().map(own).collect();
    for (node, size) in nodes.iter().zip(&own) {
        let widest = &mut widest[column(node)];
        *widest = widest.max(size.width);
    }
    let sizes = nodes.iter().zip(own).map(|(node, size)| Size {
        width: widest[column(node)],
        ..size
    });
    sizes.collect()
}

/// A line of a node.
struct Line {
    text: String,
    class: &'static str,
}

impl Line {
    fn width(&self) -> f64 {
        let letter = if self.class == "name" { MONO } else { SANS };
        text::columns(&self.text) as f64 * letter
    }
}

fn cut_lines(kind: &Kind) -> Vec<Line> {
    let classes: [&str; 3] = match kind {
        Kind::Organisation(_) | Kind::Organisations(_) => ["strong", "", ""],
        Kind::Domains(domains) if domains.names.len() == 1 => ["name", "small", ""],
        Kind::Domains(_) | Kind::Hidden(_) | Kind::Word { .. } => ["strong", "small", ""],
        Kind::Value(_) => ["strong", "name", "small"],
    };
    let lines = kind.lines().into_iter().zip(classes);
    let lines = lines.map(|(text, class)| Line {
        text: text::shortened(&text, 40),
        class,
    });
    lines.collect()
}

fn node(node: &Node, place: Place, size: Size) -> Markup {
    let (left, top) = (place.x - size.width / 2.0, place.y - size.height / 2.0);
    let (class, round) = match &node.kind {
        Kind::Organisation(_) | Kind::Organisations(_) => ("organisation", 3.0),
        Kind::Domains(domains) => match (domains.tier, domains.promoted) {
            (Some(_), true) => ("domain alert promoted", 3.0),
            (Some(Tier::Alert), _) => ("domain alert", 3.0),
            (Some(Tier::Watch), _) => ("domain watch", 3.0),
            (None, _) => ("domain company", 3.0),
        },
        Kind::Hidden(_) => ("withheld", 3.0),
        Kind::Value(_) => ("value", size.height / 2.0),
        Kind::Word { .. } => ("word", 3.0),
    };
    let bar = matches!(node.kind, Kind::Domains(_));
    html! {
        g class=(class) transform={ "translate(" (px(left)) " " (px(top)) ")" } {
            title { (node.kind.in_full()) }
            rect .box width=(px(size.width)) height=(px(size.height)) rx=(px(round)) {}
            @if bar {
                rect .bar width="5" height=(px(size.height)) rx="2" {}
            }
            @for (at, line) in cut_lines(&node.kind).iter().enumerate() {
                text class=(line.class) x=(px(size.width / 2.0)) y=(px(PADDING / 2.0 + at as f64 * LINE + 12.0)) { (line.text) }
            }
        }
    }
}

fn line(graph: &Graph, edge: &Edge, places: &[Place], sizes: &[Size]) -> Markup {
    let (from, to) = (places[edge.from], places[edge.to]);
    let begin = from.x + sizes[edge.from].width / 2.0;
    let end = to.x - sizes[edge.to].width / 2.0;
    let bend = ((end - begin) / 2.0).abs().max(20.0);
    let path = format!(
        "M{} {}C{} {} {} {} {} {}",
        px(begin),
        px(from.y),
        px(begin + bend),
        px(from.y),
        px(end - bend),
        px(to.y),
        px(end),
        px(to.y)
    );
    let class = match (edge.label, edge.claimed) {
        ("imitates", _) => "edge imitates",
        (_, true) => "edge claimed",
        (_, false) => "edge",
    };
    let name = |node: usize| graph.nodes[node].kind.lines().swap_remove(0);
    html! {
        path class=(class) d=(path) stroke-width=(px(edge.width())) {
            title { (name(edge.from)) " — " (edge.label.replace('-', " ")) " — " (name(edge.to)) }
        }
    }
}

const LEGEND_WIDTH: f64 = 860.0;

fn legend() -> Markup {
    let boxes = [
        ("organisation", "organisation aimed at", 0.0),
        ("domain alert", "alert", 168.0),
        (
            "domain alert promoted",
            "alert by the company it keeps",
            232.0,
        ),
        ("domain watch", "watch", 442.0),
        ("domain company", "by company only", 514.0),
        ("value", "shared value", 644.0),
    ];
    html! {
        @for (class, says, at) in boxes {
            g class=(class) transform={ "translate(" (px(at)) " 0)" } {
                rect .box y="-6" width="18" height="12" rx=(if class == "value" { "6" } else { "2" }) {}
                @if class.starts_with("domain") {
                    rect .bar y="-6" width="5" height="12" rx="2" {}
                }
            }
            text .key x=(px(at + 24.0)) y="4" { (says) }
        }
        path .edge .claimed d="M756 0H780" stroke-width="2" {}
        text .key x="786" y="4" { "published" }
    }
}
