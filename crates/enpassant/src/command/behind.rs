//! What the knowledge of actors says of the sets that hypotheses name.

use intel::{Answer, Knowledge};
use model::Hypothesis;

/// Gives each hypothesis the ids of the sets that use its name, unless its publisher named one by id.
///
/// Where several sets use the name, each of them is a rival: which is meant is open. What is only another name for the
/// same set is none.
pub(super) fn identify(hypotheses: &mut [Hypothesis], known: &Knowledge) {
    for hypothesis in hypotheses {
        let answer = known.lookup(&hypothesis.set);
        let own = ids(&answer);
        hypothesis.rivals.retain(|rival| {
            let other = known.lookup(rival);
            let is_clear = answer.groups.len() == 1 && other.groups.len() == 1;
            !is_clear || !ids(&other).iter().any(|id| own.contains(id))
        });
        if !hypothesis.ids.is_empty() {
            continue;
        }
        if answer.groups.len() > 1 {
            let groups = answer.groups.iter();
            let rivals = groups.map(|group| format!("{} (the name is used for it)", group.name()));
            hypothesis.rivals.extend(rivals);
        }
        hypothesis.ids = own;
    }
}

/// The sets that use the name themselves.
fn ids(answer: &Answer<'_>) -> Vec<String> {
    let sets = answer.groups.iter().flat_map(|group| &group.sets);
    sets.filter(|set| set.claims_it)
        .map(|set| set.id.to_string())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Basis, Confidence, Likelihood};

    #[track_caller]
    fn check(set: &str, named: &[&str], rivals: &[&str], ids: &[&str], left: &[&str]) {
        let mut told = [Hypothesis {
            set: set.to_owned(),
            ids: named.iter().map(ToString::to_string).collect(),
            basis: Basis::Compared,
            likelihood: Likelihood::POSSIBLE,
            confidence: Confidence::Low,
            speaks_for: vec![],
            speaks_against: vec![],
            rivals: rivals.iter().map(ToString::to_string).collect(),
            verdict: None,
        }];
        identify(&mut told, &Knowledge::embedded());
        let [hypothesis] = told;
        assert_eq!(hypothesis.rivals, left, "{set}");
        for id in ids {
            assert!(
                hypothesis.ids.iter().any(|known| known == id),
                "{set}: {id}"
            );
        }
        assert_eq!(hypothesis.ids.is_empty(), ids.is_empty(), "{set}");
    }

    #[test]
    fn sets_get_their_ids() {
        check("Strontium", &[], &[], &["attack:G0007"], &[]);
        check("A Made-up Set", &[], &["Strontium"], &[], &["Strontium"]);
        check("Odd Bear", &["attack:G0007"], &[], &["attack:G0007"], &[]);
    }

    #[test]
    fn a_name_of_several_sets_has_each_as_a_rival() {
        let rivals = ["APT28", "APT29"].map(|set| format!("{set} (the name is used for it)"));
        let rivals: Vec<&str> = rivals.iter().map(String::as_str).collect();
        // Those that use the name; that ATT&CK means the same sets is what others say.
        let ids = [
            "misp:5b4ee3ea-eee3-4c8e-8323-85ae32658754",
            "misp:b2056ff0-00b9-482e-b11c-c771daa5f28a",
        ];
        check("Grizzly Steppe", &[], &[], &ids, &rivals);
    }

    #[test]
    fn another_name_for_the_same_set_is_no_rival() {
        let rivals = ["Fancy Bear", "Cozy Bear", "Grizzly Steppe"];
        let left = ["Cozy Bear", "Grizzly Steppe"];
        check("APT28", &[], &rivals, &["attack:G0007"], &left);
    }
}
