//! Names such as everybody has: what nearly all of a log is about, and nobody is warned of.

use crate::random::Random;

const FIRST: [&str; 64] = [
    "amber", "autumn", "bright", "brook", "cedar", "chalk", "clear", "clover", "copper", "coral",
    "crystal", "daily", "dale", "eastern", "elm", "ember", "fern", "field", "first", "forest",
    "garden", "golden", "grand", "granite", "green", "harbour", "hazel", "heather", "high", "hill",
    "iron", "ivory", "juniper", "kind", "lake", "larch", "little", "lively", "maple", "meadow",
    "mill", "misty", "north", "oak", "old", "olive", "orchard", "pebble", "pine", "quiet", "rapid",
    "river", "rowan", "silver", "simple", "south", "spring", "stone", "summer", "sunny", "thistle",
    "upper", "willow", "winter",
];

const SECOND: [&str; 64] = [
    "academy",
    "antiques",
    "archive",
    "bakery",
    "barber",
    "bicycles",
    "blog",
    "books",
    "brewery",
    "builders",
    "cafe",
    "camping",
    "carpets",
    "catering",
    "ceramics",
    "choir",
    "cinema",
    "clinic",
    "coffee",
    "crafts",
    "dance",
    "dental",
    "design",
    "electric",
    "events",
    "farm",
    "fitness",
    "florist",
    "foods",
    "forum",
    "furniture",
    "gallery",
    "games",
    "guitars",
    "hosting",
    "hotel",
    "journal",
    "kennels",
    "kitchens",
    "lettings",
    "library",
    "lighting",
    "logistics",
    "museum",
    "music",
    "nursery",
    "optics",
    "parts",
    "pets",
    "photos",
    "plumbing",
    "pottery",
    "press",
    "printing",
    "roofing",
    "sailing",
    "school",
    "software",
    "studio",
    "tiles",
    "tours",
    "toys",
    "wines",
    "yoga",
];

const HOSTS: [&str; 12] = [
    "www",
    "mail",
    "api",
    "shop",
    "cloud",
    "dev",
    "staging",
    "cpanel",
    "webmail",
    "autodiscover",
    "vpn",
    "status",
];

/// The names of one certificate: one to three, all under one made-up label in `.example`.
pub(crate) fn names(random: &mut Random) -> Vec<String> {
    let joint = random.pick(&["", "-", "-"]);
    let mut domain = format!("{}{joint}{}", random.pick(&FIRST), random.pick(&SECOND));
    // Half of them get a number, for variety: the words alone give some eight thousand.
    match random.below(4) {
        0 => domain.push_str(&random.below(100).to_string()),
        1 => domain = format!("{domain}-{}", random.below(10_000)),
        _ => {}
    }
    domain.push_str(".example");
    match random.below(8) {
        0..=3 => vec![domain],
        4 => vec![format!("www.{domain}"), domain],
        5 => vec![format!("*.{domain}"), domain],
        6 => vec![format!("{}.{domain}", random.pick(&HOSTS))],
        _ => {
            let host = format!("{}.{domain}", random.pick(&HOSTS));
            vec![host, format!("www.{domain}"), domain]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn various_and_all_made_up() {
        let mut random = Random::new(1);
        let all: BTreeSet<String> = (0..2_000).flat_map(|_| names(&mut random)).collect();
        assert!(all.len() > 1_900, "only {} names differ", all.len());
        assert!(all.iter().all(|name| name.ends_with(".example")));
    }
}
