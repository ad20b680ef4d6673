//! Who uses a name for what.
//!
//! Whether two records are of one group is not ours to decide. A record is shown together with another only where one of
//! them gives the name or an id of the other, and that is told. Two records that one keeper holds apart today are never
//! shown as one, so what it calls by the same name stays ambiguous.

use std::collections::{BTreeMap, BTreeSet};

use model::actor::{AliasClaim, ClaimKind, IntrusionSet, IntrusionSetId, SourceId, ThreatActor};

use crate::Knowledge;
use crate::key::{key, nearness};

/// The most names that are suggested.
const SUGGESTED: usize = 5;

/// A name or id that more sets than this share ties nothing: it says too little.
const MOST_TIED: usize = 100;

/// The answer to a name.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    /// The sets that claim the name, by what is shown together. Several: the name is ambiguous. None: nobody uses it.
    pub groups: Vec<Group<'a>>,
    /// Threat actors of that name.
    pub actors: Vec<&'a ThreatActor>,
    /// Where nobody uses it: names that are near, the nearest first, five at most.
    pub near: Vec<&'a str>,
}

/// Sets that are shown together, since one names the other.
#[derive(Clone, Debug)]
pub struct Group<'a> {
    /// The sets, those that claim the name first.
    pub sets: Vec<Held<'a>>,
    /// Why they are shown together: one reason for each set but the first.
    pub ties: Vec<Tie<'a>>,
}

/// A set with what each publication has on it.
#[derive(Clone, Debug)]
pub struct Held<'a> {
    /// Its id.
    pub id: &'a IntrusionSetId,
    /// Its records, one for each publication; at least one.
    pub records: &'a [IntrusionSet],
    /// Whether the name that was asked for is claimed for it.
    pub claims_it: bool,
}

/// That a record gives the name or an id of another set.
#[derive(Clone, Copy, Debug)]
pub struct Tie<'a> {
    /// What it says of its own set.
    pub claim: &'a AliasClaim,
    /// The set whose name or id that is.
    pub to: &'a IntrusionSetId,
}

/// A name, and all who say that a set of the group has it.
#[derive(Clone, Debug)]
pub struct Named<'a> {
    /// As most write it.
    pub name: &'a str,
    /// Who says so.
    pub claims: Vec<&'a AliasClaim>,
}

impl Knowledge {
    /// Who uses a name for what. Case, spaces and punctuation do not count; ids are names, too (`G0007`, `attack:G0007`,
    /// a UUID).
    pub fn lookup(&self, asked: &str) -> Answer<'_> {
        let said = self
            .said(asked)
            .filter(|(_, kind)| *kind != ClaimKind::Similar);
        let mut claiming: BTreeSet<&IntrusionSetId> = said.map(|(set, _)| set).collect();
        if let Ok(id) = asked.trim().parse::<IntrusionSetId>() {
            claiming.extend(
                self.sets()
                    .map(|(known, _)| known)
                    .filter(|known| **known == id),
            );
        }
        let asked_key = key(asked);
        let named = |name: &String| key(name) == asked_key;
        let actors = self.actors().iter();
        let actors = actors.filter(|actor| named(&actor.name) || actor.aliases.iter().any(named));
        let actors: Vec<&ThreatActor> = actors.filter(|_| !asked_key.is_empty()).collect();
        let near = if claiming.is_empty() && actors.is_empty() {
            self.near(&asked_key)
        } else {
            vec![]
        };
        Answer {
            groups: self.groups(&claiming),
            actors,
            near,
        }
    }

    /// Puts together what belongs together, round the sets that claim a name.
    fn groups<'a>(&'a self, claiming: &BTreeSet<&'a IntrusionSetId>) -> Vec<Group<'a>> {
        let few = claiming.iter().take_while(|_| claiming.len() <= MOST_TIED);
        let mut ties: Vec<Tie<'a>> = few.flat_map(|set| self.ties(set)).collect();
        // Sets that claim the name come before those that do not.
        ties.sort_by_key(|tie| {
            let (from, to) = (&tie.claim.set, tie.to);
            let beside = [from, to]
                .iter()
                .filter(|set| !claiming.contains(**set))
                .count();
            (self.weakness(tie), beside, from, to, &tie.claim.name)
        });
        self.drop_rivals(&mut ties, claiming);
        let mut parts: Vec<Part<'a>> = claiming.iter().map(|set| Part::of(self, set)).collect();
        for tie in ties {
            let place = |set: &IntrusionSetId, parts: &[Part<'a>]| {
                parts.iter().position(|part| part.sets.contains(set))
            };
            let (from, to) = (place(&tie.claim.set, &parts), place(tie.to, &parts));
            if from == to && from.is_some() {
                continue;
            }
            let other = |at: Option<usize>, set: &'a IntrusionSetId| match at {
                Some(at) => parts[at].clone(),
                None => Part::of(self, set),
            };
            let (one, two) = (other(from, &tie.claim.set), other(to, tie.to));
            let Some(joined) = one.with(two, tie) else {
                continue;
            };
            let mut at = 0;
            parts.retain(|_| {
                at += 1;
                Some(at - 1) != from && Some(at - 1) != to
            });
            parts.push(joined);
        }
        let mut groups: Vec<Group<'a>> = parts
            .into_iter()
            .map(|part| self.group(part, claiming))
            .collect();
        let claims = |group: &Group<'_>| group.sets.iter().filter(|set| set.claims_it).count();
        groups.sort_by_key(|group| (std::cmp::Reverse(claims(group)), group.sets[0].id));
        groups
    }

    /// Where a set that claims the name names several that do not, all of one keeper, which of them is meant is open. An id
    /// would settle it; without one, none of them is shown beside it.
    fn drop_rivals(&self, ties: &mut Vec<Tie<'_>>, claiming: &BTreeSet<&IntrusionSetId>) {
        let sides = |tie: &Tie<'_>| {
            let (from, to) = (&tie.claim.set, tie.to);
            match (claiming.contains(from), claiming.contains(to)) {
                (true, false) => Some((from.clone(), to.clone())),
                (false, true) => Some((to.clone(), from.clone())),
                _ => None,
            }
        };
        let mut beside: BTreeMap<(IntrusionSetId, SourceId), BTreeSet<IntrusionSetId>> =
            BTreeMap::new();
        for (claims, other) in ties.iter().filter_map(sides) {
            if self.is_current(&other) {
                let place = (claims, other.keeper().clone());
                beside.entry(place).or_default().insert(other);
            }
        }
        ties.retain(|tie| {
            let alone = sides(tie).is_none_or(|(claims, other)| {
                let rivals = beside.get(&(claims, other.keeper().clone()));
                rivals.is_none_or(|rivals| rivals.len() < 2)
            });
            alone || self.weakness(tie) == 0
        });
    }

    fn group<'a>(&'a self, part: Part<'a>, claiming: &BTreeSet<&IntrusionSetId>) -> Group<'a> {
        let place = |id: &IntrusionSetId| {
            let mut publications = self.publications().iter();
            publications.position(|publication| publication.keeper == *id.keeper())
        };
        let mut sets: Vec<Held<'a>> = part
            .sets
            .into_iter()
            .map(|id| Held {
                id,
                records: self.records(id),
                claims_it: claiming.contains(id),
            })
            .collect();
        sets.sort_by_key(|set| {
            (
                !set.claims_it,
                !self.is_current(set.id),
                place(set.id),
                set.id,
            )
        });
        Group {
            sets,
            ties: part.ties,
        }
    }

    /// Every tie between a set and another, from either side.
    fn ties<'a>(&'a self, set: &'a IntrusionSetId) -> Vec<Tie<'a>> {
        let mut ties = vec![];
        for claim in self.records(set).iter().flat_map(|record| &record.claims) {
            let said = self.said(&claim.name);
            if said.clone().nth(MOST_TIED).is_some() {
                continue;
            }
            for (other, kind) in said.filter(|(other, _)| *other != set) {
                if kind.is_own() {
                    ties.push(Tie { claim, to: other });
                }
                if claim.kind.is_own() {
                    let records = self.records(other).iter();
                    let claims = records.flat_map(|record| &record.claims);
                    let same = claims.filter(|said| key(&said.name) == key(&claim.name));
                    ties.extend(same.map(|said| Tie {
                        claim: said,
                        to: set,
                    }));
                }
            }
        }
        ties
    }

    /// 0 where a record says that it is the other by its id, 1 by its name, 2 where it calls it similar.
    fn weakness(&self, tie: &Tie<'_>) -> u8 {
        let mut said = self.said(&tie.claim.name);
        let by_id = said.any(|(set, kind)| set == tie.to && kind == ClaimKind::Id);
        match tie.claim.kind {
            ClaimKind::Similar => 2,
            _ if by_id => 0,
            _ => 1,
        }
    }

    /// Names near a key, the nearest first.
    fn near(&self, asked: &str) -> Vec<&str> {
        let mut near: BTreeMap<String, (usize, &str)> = BTreeMap::new();
        for claim in self.claims() {
            let known = key(&claim.name);
            if let Some(steps) = nearness(asked, &known) {
                near.entry(known).or_insert((steps, &claim.name));
            }
        }
        let mut near: Vec<(usize, &str)> = near.into_values().collect();
        near.sort_unstable();
        near.into_iter()
            .take(SUGGESTED)
            .map(|(_, name)| name)
            .collect()
    }
}

/// Sets that were put together so far.
#[derive(Clone)]
struct Part<'a> {
    sets: BTreeSet<&'a IntrusionSetId>,
    /// The keepers that stand by one of the sets today.
    keepers: BTreeSet<&'a str>,
    ties: Vec<Tie<'a>>,
}

impl<'a> Part<'a> {
    fn of(knowledge: &Knowledge, set: &'a IntrusionSetId) -> Self {
        let current = knowledge.is_current(set);
        Self {
            sets: [set].into(),
            keepers: current.then(|| set.keeper().as_str()).into_iter().collect(),
            ties: vec![],
        }
    }

    /// Both as one, unless one keeper holds two of their sets apart.
    fn with(mut self, other: Self, tie: Tie<'a>) -> Option<Self> {
        if !self.keepers.is_disjoint(&other.keepers) {
            return None;
        }
        self.sets.extend(other.sets);
        self.keepers.extend(other.keepers);
        self.ties.extend(other.ties);
        self.ties.push(tie);
        Some(self)
    }
}

impl<'a> Group<'a> {
    /// How the first set is called by its first record.
    ///
    /// # Panics
    ///
    /// Never: a group has a set, and a set has a record.
    pub fn name(&self) -> &'a str {
        let record = self.sets[0].records.first();
        &record.expect("invariant: a set has a record").name
    }

    /// All names of all sets with who says so, those that most say first.
    pub fn names(&self) -> Vec<Named<'a>> {
        let records = self.sets.iter().flat_map(|set| set.records);
        let claims = records.flat_map(|record| &record.claims);
        let mut named: BTreeMap<String, Vec<&'a AliasClaim>> = BTreeMap::new();
        for claim in claims.filter(|claim| matches!(claim.kind, ClaimKind::Name | ClaimKind::Alias))
        {
            named.entry(key(&claim.name)).or_default().push(claim);
        }
        let mut named: Vec<Named<'a>> = named.into_values().map(Named::of).collect();
        let sources = |named: &Named<'_>| {
            let sources: BTreeSet<_> = named.claims.iter().map(|claim| &claim.source).collect();
            sources.len()
        };
        named.sort_by_cached_key(|named| (std::cmp::Reverse(sources(named)), key(named.name)));
        named
    }
}

impl<'a> Named<'a> {
    /// `claims` has at least one, and all are the same name but for case and punctuation.
    fn of(claims: Vec<&'a AliasClaim>) -> Self {
        let times = |name: &str| claims.iter().filter(|claim| claim.name == name).count();
        let name = claims.iter().map(|claim| claim.name.as_str());
        let name = name.max_by_key(|name| (times(name), std::cmp::Reverse(*name)));
        Self {
            name: name.unwrap_or_default(),
            claims,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_records;

    /// Made-up records of three keepers, and what a name leads to.
    fn known() -> Knowledge {
        let files = [
            r#"{"schema": 1, "source": "attack", "sets": [
              {"id": "G1", "name": "Odd Bear", "also": ["Odd Hail"]},
              {"id": "G2", "name": "Even Bear"},
              {"id": "G3", "name": "Former Bear", "also": ["Oddium"], "standing": "revoked", "successor": "G1"}]}"#,
            r#"{"schema": 1, "source": "misp", "sets": [
              {"id": "u1", "name": "Bear One", "also": ["G1", "Both Bears", "Strange Bear"]},
              {"id": "u2", "name": "Even Bear", "also": ["Both Bears"], "similar": ["u1"]},
              {"id": "u3", "name": "Third Bear", "also": ["Hail A", "Hail B", "—"]}]}"#,
            r#"{"schema": 1, "source": "microsoft", "sets": [
              {"id": "Odd Hail", "name": "Odd Hail", "also": ["ODDIUM", "Former Bear"]},
              {"id": "Hail A", "name": "Hail A"}, {"id": "Hail B", "name": "Hail B"}]}"#,
        ];
        let mut known = Knowledge::default();
        for file in files {
            known.add(read_records(file.as_bytes()).expect("records").value);
        }
        known
    }

    #[track_caller]
    fn check(asked: &str, expected: &[&str]) {
        let known = known();
        let answer = known.lookup(asked);
        let told = answer.groups.iter().map(|group| {
            let sets = group.sets.iter().map(|set| {
                let aside = if set.claims_it { "" } else { " aside" };
                format!("{}{aside}", set.id)
            });
            let ties = group.ties.iter();
            let ties = ties.map(|tie| format!("{} is {}", tie.claim.set.local(), tie.claim.name));
            let (sets, ties): (Vec<_>, Vec<_>) = (sets.collect(), ties.collect());
            format!("{} ({})", sets.join(", "), ties.join(", "))
        });
        let near = answer.near.iter().map(|name| format!("near {name}"));
        let told: Vec<String> = told.chain(near).collect();
        assert_eq!(told, expected, "{asked}");
    }

    #[test]
    fn a_set_is_shown_with_those_that_name_it_or_are_named() {
        let all = "attack:G1, misp:u1 aside, microsoft:Odd Hail aside (u1 is G1, G1 is Odd Hail)";
        for asked in ["Odd Bear", "odd-bear", "ODDBEAR"] {
            check(asked, &[all]);
        }
        check(
            "G1",
            &["attack:G1, misp:u1, microsoft:Odd Hail aside (u1 is G1, G1 is Odd Hail)"],
        );
        check("attack:G2", &["attack:G2, misp:u2 aside (G2 is Even Bear)"]);
    }

    #[test]
    fn what_a_keeper_holds_apart_stays_apart() {
        check(
            "Both Bears",
            &[
                "misp:u1, attack:G1 aside (u1 is G1)",
                "misp:u2, attack:G2 aside (G2 is Even Bear)",
            ],
        );
    }

    #[test]
    fn what_was_revoked_stands_beside_what_replaced_it() {
        check(
            "oddium",
            &[
                "microsoft:Odd Hail, attack:G3, attack:G1 aside (Odd Hail is Former Bear, G1 is Odd Hail)",
            ],
        );
    }

    #[test]
    fn of_several_that_are_named_none_is_taken() {
        check("Third Bear", &["misp:u3 ()"]);
    }

    #[test]
    fn unknown_names_lead_to_near_ones() {
        check("Strang Bear", &["near Strange Bear"]);
        check("—", &[]);
        check("", &[]);
        check("something else entirely", &[]);
    }

    #[test]
    fn a_newer_edition_takes_the_place_of_its_records() {
        let mut known = known();
        let newer = r#"{"schema": 1, "source": "attack", "edition": "2", "sets": [
          {"id": "G1", "name": "New Bear", "techniques": ["T1583"]}]}"#;
        known.add(read_records(newer.as_bytes()).expect("records").value);
        assert!(known.lookup("Odd Bear").groups.is_empty());
        let answer = known.lookup("New Bear");
        assert_eq!(answer.groups[0].sets[0].records[0].techniques.len(), 1);
        assert_eq!(known.lookup("Even Bear").groups.len(), 1);
        assert_eq!(known.publications()[0].edition.as_deref(), Some("2"));
    }

    #[test]
    fn what_comes_with_the_program() {
        let known = Knowledge::embedded();
        let counts = known.counts();
        assert_eq!(
            (counts.sets, counts.names, counts.claims),
            (1_418, 2_633, 4_937)
        );
        let groups = |name: &str| {
            let answer = known.lookup(name);
            let ids = answer.groups.iter().map(|group| {
                let ids = group.sets.iter().map(|set| set.id.to_string());
                ids.collect::<Vec<_>>().join(" ")
            });
            ids.collect::<Vec<_>>()
        };
        let steppe = groups("grizzly steppe");
        assert_eq!(steppe.len(), 2, "{steppe:?}");
        assert!(steppe[0].contains("attack:G0007") && steppe[1].contains("attack:G0016"));
        for name in ["Strontium", "fancy bear", "APT 28", "G0007", "Pawn Storm"] {
            let groups = groups(name);
            assert_eq!(groups.len(), 1, "{name}: {groups:?}");
            assert!(
                groups[0].contains("attack:G0007 ") && groups[0].contains("misp:"),
                "{name}"
            );
        }
        let revoked = known.lookup("G0118");
        let revoked = revoked.groups[0].sets[0].records.iter();
        let mut standing = revoked.map(|record| format!("{:?}", record.standing));
        assert!(standing.any(|standing| standing.contains("G0016")));
    }
}
