//! The graph as JSON.

use serde_json::{Value, json};

use super::{Graph, Kind};
use crate::text::bits;

/// The version that is written.
const VERSION: u64 = 1;

pub(super) fn json(graph: &Graph) -> Value {
    let nodes = graph.nodes.iter().map(|node| {
        json!({
            "id": node.id,
            "kind": node.kind.as_str(),
            "label": node.kind.lines().join(" · "),
            "about": about(&node.kind),
        })
    });
    let edges = graph.edges.iter().map(|edge| {
        json!({
            "from": graph.nodes[edge.from].id,
            "to": graph.nodes[edge.to].id,
            "relation": edge.label,
            "strength_bits": bits(edge.strength),
            "claimed": edge.claimed,
        })
    });
    json!({
        "version": VERSION,
        "campaign": graph.id,
        "name": graph.name,
        "nodes": nodes.collect::<Vec<_>>(),
        "edges": edges.collect::<Vec<_>>(),
        "notes": graph.notes,
    })
}

fn about(kind: &Kind) -> Value {
    match kind {
        Kind::Organisation(name) => json!({ "organisation": name }),
        Kind::Organisations(number) => json!({ "organisations": number }),
        Kind::Domains(domains) => {
            let names = domains.names.iter().map(names::DomainName::as_str);
            json!({
                "domains": names.collect::<Vec<_>>(),
                "tier": domains.tier.map(|tier| tier.to_string()),
                "promoted": domains.promoted,
                "let_pass": domains.let_pass,
                "stage": domains.stage.map(model::Stage::as_str),
                "ended": domains.ended,
            })
        }
        Kind::Hidden(number) => json!({ "withheld": number }),
        Kind::Value(value) => json!({
            "pivot": value.kind.as_str(),
            "value": value.value,
            "withheld": value.fingerprint,
            "within": value.within,
            "holders": value.holders,
        }),
        Kind::Word { by, why } => json!({ "by": by, "why": why }),
    }
}
