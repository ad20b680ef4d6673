//! The graph in the language of Graphviz.

use model::Tier;

use super::{Graph, Kind};

/// Every text is a quoted string; in it, quotes and backslashes are escaped and a line ends with `\n`, so that nothing in it is read as
/// anything else (as Graphviz takes escapes in labels, also a name's backslash is two).
pub(super) fn dot(graph: &Graph) -> String {
    let title = [format!("{} ({})", graph.name, graph.id)];
    let title: Vec<String> = title.iter().chain(&graph.notes).cloned().collect();
    let mut lines = vec![
        "digraph campaign {".to_owned(),
        format!(
            "  graph [rankdir=LR, fontname=\"Helvetica\", label={}];",
            quoted(&title)
        ),
        "  node [fontname=\"Helvetica\", fontsize=11, style=filled];".to_owned(),
        "  edge [fontname=\"Helvetica\", fontsize=9, arrowhead=none];".to_owned(),
    ];
    for node in &graph.nodes {
        let label = quoted(&node.kind.lines());
        let looks = looks(&node.kind);
        lines.push(format!("  {} [label={label}, {looks}];", node.id));
    }
    for edge in &graph.edges {
        let style = if edge.claimed { ", style=dashed" } else { "" };
        let (from, to) = (&graph.nodes[edge.from].id, &graph.nodes[edge.to].id);
        let (label, wide) = (edge.label.replace('-', " "), edge.width());
        lines.push(format!(
            "  {from} -> {to} [label=\"{label}\", penwidth={wide:.1}{style}];"
        ));
    }
    lines.push("}\n".to_owned());
    lines.join("\n")
}

fn looks(kind: &Kind) -> String {
    let (shape, fill) = match kind {
        Kind::Organisation(_) | Kind::Organisations(_) => ("house", "#c9d9ec"),
        Kind::Domains(domains) => match domains.tier {
            Some(Tier::Alert) => ("box", "#f6d5d2"),
            Some(Tier::Watch) => ("box", "#fbe8c6"),
            None => ("box", "#eceff3"),
        },
        Kind::Hidden(_) => ("box", "#f3f3f3"),
        Kind::Value(_) => ("ellipse", "#eef2f7"),
        Kind::Word { .. } => ("note", "#fdf6e3"),
    };
    let wide = match kind {
        // The further a domain has come, the bolder: from 1 to 3.
        Kind::Domains(domains) => domains.stage.map_or(0, |stage| stage as usize),
        _ => 0,
    };
    let style = match kind {
        Kind::Domains(domains) if domains.promoted => ", style=\"filled,dashed\"",
        Kind::Hidden(_) => ", style=\"filled,dotted\"",
        _ => "",
    };
    let wide = 1.0 + wide as f64 / 4.0;
    format!("shape={shape}, fillcolor=\"{fill}\", penwidth={wide:.2}{style}")
}

/// Lines as one quoted string.
fn quoted(lines: &[String]) -> String {
    let lines: Vec<String> = lines
        .iter()
        .map(|line| line.replace('\\', "\\\\").replace('"', "\\\""))
        .collect();
    format!("\"{}\"", lines.join("\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_its_quotes() {
        let lines = [r#"a" -> b; "#, r"c\", r"\N"].map(str::to_owned);
        assert_eq!(quoted(&lines), r#""a\" -> b; \nc\\\n\\N""#);
    }
}
