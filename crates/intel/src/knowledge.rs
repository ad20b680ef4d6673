//! Everything that is known of actors, of all publications beside each other.

use std::collections::{BTreeMap, BTreeSet};

use model::actor::{
    AliasClaim, ClaimKind, IntrusionSet, IntrusionSetId, Publication, SourceId, Standing,
    ThreatActor,
};

use crate::key::key;
use crate::{Records, read_records};

/// What comes with the program: the files in `knowledge/actors`.
const EMBEDDED: [&str; 5] = [
    include_str!("../../../knowledge/actors/attack.json"),
    include_str!("../../../knowledge/actors/attack-misp.json"),
    include_str!("../../../knowledge/actors/misp.json"),
    include_str!("../../../knowledge/actors/microsoft.json"),
    include_str!("../../../knowledge/actors/microsoft-misp.json"),
];

/// Records of many publications, and who uses a name for what.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    publications: Vec<Publication>,
    sets: BTreeMap<IntrusionSetId, Vec<IntrusionSet>>,
    actors: Vec<ThreatActor>,
    /// Which sets a key is claimed for, and as what.
    said: BTreeMap<String, BTreeSet<(IntrusionSetId, ClaimKind)>>,
}

/// How much is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Counts {
    /// Intrusion sets, by id.
    pub sets: usize,
    /// Names, those that differ by more than case and punctuation.
    pub names: usize,
    /// Claims that a set has a name.
    pub claims: usize,
}

impl Knowledge {
    /// What comes with the program, `knowledge/actors`.
    ///
    /// # Panics
    ///
    /// Never: a test reads the files.
    pub fn embedded() -> Self {
        let mut knowledge = Self::default();
        for text in EMBEDDED {
            let read = read_records(text.as_bytes()).expect("invariant: a test reads the files");
            knowledge.add(read.value);
        }
        knowledge
    }

    /// Adds the records of a publication. Where it is known already, its records replace those of the same id, and the
    /// others stay.
    pub fn add(&mut self, records: Records) {
        let Records { from, sets, actors } = records;
        match self
            .publications
            .iter_mut()
            .find(|known| known.id == from.id)
        {
            Some(known) => *known = from,
            None => self.publications.push(from),
        }
        for set in sets {
            let records = self.sets.entry(set.id.clone()).or_default();
            match records.iter_mut().find(|known| known.source == set.source) {
                Some(known) => *known = set,
                None => records.push(set),
            }
        }
        self.actors
            .retain(|known| !actors.iter().any(|actor| actor.id == known.id));
        self.actors.extend(actors);
        self.said.clear();
        for claim in self.sets.values().flatten().flat_map(|set| &set.claims) {
            let said = self.said.entry(key(&claim.name)).or_default();
            said.insert((claim.set.clone(), claim.kind));
        }
        // A name without a single letter or digit cannot be asked for.
        self.said.remove("");
    }

    /// The publications, in the order in which they were added.
    pub fn publications(&self) -> &[Publication] {
        &self.publications
    }

    /// The publication of that id.
    pub fn publication(&self, id: &SourceId) -> Option<&Publication> {
        self.publications.iter().find(|known| known.id == *id)
    }

    /// What each publication has on a set; empty where none knows it.
    pub fn records(&self, id: &IntrusionSetId) -> &[IntrusionSet] {
        self.sets.get(id).map_or(&[], Vec::as_slice)
    }

    /// All sets with their records, by id.
    pub fn sets(&self) -> impl Iterator<Item = (&IntrusionSetId, &[IntrusionSet])> {
        self.sets
            .iter()
            .map(|(id, records)| (id, records.as_slice()))
    }

    /// All threat actors.
    pub fn actors(&self) -> &[ThreatActor] {
        &self.actors
    }

    /// All claims to a name or another name, of all publications.
    pub fn claims(&self) -> impl Iterator<Item = &AliasClaim> {
        let claims = self.sets.values().flatten().flat_map(|set| &set.claims);
        claims.filter(|claim| matches!(claim.kind, ClaimKind::Name | ClaimKind::Alias))
    }

    /// How much is known.
    pub fn counts(&self) -> Counts {
        let names: BTreeSet<String> = self.claims().map(|claim| key(&claim.name)).collect();
        Counts {
            sets: self.sets.len(),
            names: names.len(),
            claims: self.claims().count(),
        }
    }

    /// Which sets a text is claimed for, and as what.
    pub(crate) fn said(
        &self,
        text: &str,
    ) -> impl Iterator<Item = (&IntrusionSetId, ClaimKind)> + Clone {
        let said = self.said.get(&key(text)).into_iter().flatten();
        said.map(|(set, kind)| (set, *kind))
    }

    /// Whether the keeper of a set stands by it today. Where the keeper's own publication is here, it has to hold the set:
    /// a copy may be older.
    pub(crate) fn is_current(&self, id: &IntrusionSetId) -> bool {
        let own = self.publication(id.keeper()).is_some();
        let mut records = self.records(id).iter();
        records.any(|record| {
            record.standing == Standing::Current && (!own || record.source == *id.keeper())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write_records;

    #[test]
    fn what_comes_with_the_program_is_whole_and_written_in_our_way() {
        for text in EMBEDDED {
            let read = read_records(text.as_bytes()).expect("records");
            assert!(read.skipped.is_empty(), "{}", read.skipped);
            assert_eq!(write_records(&read.value), text);
        }
        let known = Knowledge::embedded();
        assert_eq!(known.publications().len(), EMBEDDED.len());
        let size: usize = EMBEDDED.iter().map(|text| text.len()).sum();
        assert!(size <= 400 << 10, "{size} bytes are built into the program");
    }

    #[test]
    fn a_copy_that_is_behind_does_not_speak_for_its_keeper() {
        let mut known = Knowledge::default();
        let add = |known: &mut Knowledge, file: &str| {
            known.add(read_records(file.as_bytes()).expect("records").value);
        };
        let id: IntrusionSetId = "microsoft:ODDIUM".parse().expect("an id");
        add(
            &mut known,
            r#"{"schema": 1, "source": "microsoft-misp", "sets": [{"id": "ODDIUM", "name": "ODDIUM"}]}"#,
        );
        assert!(known.is_current(&id));
        add(
            &mut known,
            r#"{"schema": 1, "source": "microsoft", "sets": [{"id": "Odd Hail", "name": "Odd Hail"}]}"#,
        );
        assert!(!known.is_current(&id));
    }
}
