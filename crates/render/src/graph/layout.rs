//! Where nodes stand: layers from left to right, by `dagre`.

use dagre::graph::{Graph as Layers, GraphOptions};
use dagre::{EdgeLabel, LayoutOptions, NodeLabel, RankDir};

/// The size of a node, in pixels.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Where the middle of a node is, in pixels from the upper left corner.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// How far apart layers are, and nodes of one layer.
const BETWEEN_LAYERS: f64 = 96.0;
const BETWEEN_NODES: f64 = 14.0;

/// Places nodes of these sizes, so that edges lead to the right and cross little. The same input gives the same places.
pub(super) fn places(sizes: &[Size], edges: &[(usize, usize)]) -> Vec<Place> {
    let mut layers: Layers<NodeLabel, EdgeLabel> = Layers::with_options(GraphOptions {
        directed: true,
        multigraph: false,
        compound: true,
    });
    for (at, size) in sizes.iter().enumerate() {
        let label = NodeLabel {
            width: size.width,
            height: size.height,
            ..NodeLabel::default()
        };
        layers.set_node(at.to_string(), Some(label));
    }
    for (from, to) in edges {
        let label = EdgeLabel::default();
        layers.set_edge(from.to_string(), to.to_string(), Some(label), None);
    }
    let options = LayoutOptions {
        rankdir: RankDir::LR,
        nodesep: BETWEEN_NODES,
        ranksep: BETWEEN_LAYERS,
        ..LayoutOptions::default()
    };
    if !sizes.is_empty() {
        dagre::layout(&mut layers, Some(options));
    }
    let place = |at: usize| {
        let node = layers.node(&at.to_string());
        let (x, y) = node.and_then(|node| node.x.zip(node.y)).unwrap_or_default();
        Place { x, y }
    };
    (0..sizes.len()).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIZE: Size = Size {
        width: 100.0,
        height: 30.0,
    };

    fn overlap(a: Place, b: Place) -> bool {
        (a.x - b.x).abs() < SIZE.width && (a.y - b.y).abs() < SIZE.height
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn nodes_stand_apart(
            (nodes, edges) in (1_usize..24).prop_flat_map(|nodes| {
                let edge = (0..nodes, 0..nodes);
                (Just(nodes), prop::collection::vec(edge, 0..40))
            })
        ) {
            let forward: Vec<_> = edges.into_iter().filter(|(from, to)| from < to).collect();
            let sizes = vec![SIZE; nodes];
            let places = places(&sizes, &forward);
            for (at, one) in places.iter().enumerate() {
                for other in &places[at + 1..] {
                    prop_assert!(!overlap(*one, *other), "{one:?} {other:?}");
                }
            }
            for (from, to) in forward {
                prop_assert!(places[from].x < places[to].x);
            }
        }
    }
}
