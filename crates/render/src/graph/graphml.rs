//! The graph as `GraphML`.

use std::fmt::Write as _;

use maud::Escaper;

use super::{Graph, Kind};
use crate::text::bits;

const OPENING: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
  <key id="kind" for="node" attr.name="kind" attr.type="string"/>
  <key id="label" for="node" attr.name="label" attr.type="string"/>
  <key id="value" for="node" attr.name="value" attr.type="string"/>
  <key id="pivot" for="node" attr.name="pivot" attr.type="string"/>
  <key id="tier" for="node" attr.name="tier" attr.type="string"/>
  <key id="stage" for="node" attr.name="stage" attr.type="string"/>
  <key id="domains" for="node" attr.name="domains" attr.type="long"/>
  <key id="within" for="node" attr.name="within" attr.type="long"/>
  <key id="holders" for="node" attr.name="holders" attr.type="long"/>
  <key id="relation" for="edge" attr.name="relation" attr.type="string"/>
  <key id="strength" for="edge" attr.name="strength_bits" attr.type="double"/>
  <key id="claimed" for="edge" attr.name="claimed" attr.type="boolean"/>
"#;

/// Labels are defanged, values stand as they are, but for what would act; several domains in one node are divided by blanks.
pub(super) fn graphml(graph: &Graph) -> String {
    let mut lines = vec![format!(
        "{OPENING}  <graph id=\"campaign-{}\" edgedefault=\"directed\">",
        escaped(&graph.id)
    )];
    if !graph.notes.is_empty() {
        let notes = escaped(&graph.notes.join(" "));
        lines.push(format!("    <desc>{notes}</desc>"));
    }
    for node in &graph.nodes {
        lines.push(format!("    <node id=\"{}\">", node.id));
        lines.push(data("kind", node.kind.as_str()));
        lines.push(data("label", &node.kind.lines().join(" · ")));
        let more = more(&node.kind);
        lines.extend(more.iter().map(|(key, value)| data(key, value)));
        lines.push("    </node>".to_owned());
    }
    for edge in &graph.edges {
        let (from, to) = (&graph.nodes[edge.from].id, &graph.nodes[edge.to].id);
        lines.push(format!("    <edge source=\"{from}\" target=\"{to}\">"));
        lines.push(data("relation", edge.label));
        lines.push(data("strength", &bits(edge.strength).to_string()));
        lines.push(data("claimed", &edge.claimed.to_string()));
        lines.push("    </edge>".to_owned());
    }
    lines.push("  </graph>\n</graphml>\n".to_owned());
    lines.join("\n")
}

fn more(kind: &Kind) -> Vec<(&'static str, String)> {
    match kind {
        Kind::Organisation(name) => vec![("value", name.clone())],
        Kind::Organisations(_) | Kind::Word { .. } => vec![],
        Kind::Domains(domains) => {
            let names: Vec<&str> = domains
                .names
                .iter()
                .map(names::DomainName::as_str)
                .collect();
            let mut more = vec![
                ("value", names.join(" ")),
                ("domains", names.len().to_string()),
            ];
            more.extend(domains.tier.map(|tier| ("tier", tier.to_string())));
            more.extend(domains.stage.map(|stage| ("stage", stage.to_string())));
            more
        }
        Kind::Hidden(number) => vec![("domains", number.to_string())],
        Kind::Value(value) => vec![
            ("value", value.value.clone()),
            ("pivot", value.kind.to_string()),
            ("within", value.within.to_string()),
            ("holders", value.holders.to_string()),
        ],
    }
}

fn data(key: &str, value: &str) -> String {
    format!("      <data key=\"{key}\">{}</data>", escaped(value))
}

/// Text as XML takes it for text. What XML cannot hold at all was escaped when the text was made fit to be shown.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let written = Escaper::new(&mut out).write_str(text);
    written.expect("writing to memory does not fail");
    out
}
