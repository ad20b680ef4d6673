//! Intrusion sets and their names, told to people.

use crate::output::{Ink, Paint, counted, escaped_line, width};
use intel::{Answer, Group, Held, Knowledge, Named, Tie};
use model::actor::{
    AttackId, ClaimKind, IntrusionSet, IntrusionSetId, OriginClaim, Publication, Standing,
    ThreatActor,
};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// How many techniques stand on a line.
const A_LINE: usize = 10;

/// Writes what is known of a name; nothing where nobody uses it.
pub(super) fn write(
    out: &mut impl Write,
    asked: &str,
    known: &Knowledge,
    answer: &Answer<'_>,
    paint: Paint,
) -> io::Result<()> {
    if answer.groups.is_empty() && answer.actors.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", paint.text(Ink::Strong, &shown(asked)))?;
    if answer.groups.len() > 1 {
        let many = format!("{} sets claim this name", answer.groups.len());
        let many = paint.text(Ink::Watch, &many);
        writeln!(
            out,
            "  {many}; which of them is meant, the name alone does not say"
        )?;
    }
    for actor in &answer.actors {
        threat_actor(out, actor)?;
    }
    for group in &answer.groups {
        write_group(out, known, group, paint)?;
    }
    sources(out, known, answer, paint)
}

fn threat_actor(out: &mut impl Write, actor: &ThreatActor) -> io::Result<()> {
    let (name, source) = (shown(&actor.name), &actor.source);
    write!(
        out,
        "  a threat actor, {name} ({source}), said to be behind "
    )?;
    let sets: Vec<String> = actor.sets.iter().map(|set| shown(set.local())).collect();
    match sets.as_slice() {
        [] => writeln!(out, "no set that is known"),
        sets => writeln!(out, "{}", sets.join(", ")),
    }
}

fn write_group(
    out: &mut impl Write,
    known: &Knowledge,
    group: &Group<'_>,
    paint: Paint,
) -> io::Result<()> {
    writeln!(out, "\n{}", paint.text(Ink::Strong, &shown(group.name())))?;
    for set in &group.sets {
        for record in set.records {
            write_record(out, set, record, paint)?;
        }
    }
    if !group.ties.is_empty() {
        heading(out, paint, "Shown together, because")?;
        for tie in &group.ties {
            writeln!(out, "    {}", because(known, tie))?;
        }
    }
    let records = || group.sets.iter().flat_map(|set| set.records);
    let behind = known.actors().iter().filter(|actor| {
        let mut sets = group.sets.iter();
        sets.any(|set| actor.sets.contains(set.id))
    });
    let behind: Vec<&ThreatActor> = behind.collect();
    if records().any(|record| !record.origins.is_empty()) || !behind.is_empty() {
        heading(out, paint, "Said of where it comes from")?;
        let origins = records().flat_map(|record| &record.origins);
        let mut told: Vec<(&OriginClaim, String)> = vec![];
        for origin in origins {
            let confidence = origin
                .confidence
                .map(|sure| format!(", confidence {sure} of 100"));
            let who = format!("{}{}", origin.source, confidence.unwrap_or_default());
            if !told.iter().any(|(known, _)| *known == origin) {
                told.push((origin, who));
            }
        }
        for (origin, who) in told {
            line(out, &shown(&origin.says), &who, paint)?;
        }
        for actor in behind {
            line(
                out,
                &shown(&actor.name),
                &format!("{}, a threat actor", actor.source),
                paint,
            )?;
        }
    }
    let names = group.names();
    let heads = format!("Names ({})", names.len());
    heading(out, paint, &heads)?;
    for named in &names {
        line(out, &shown(named.name), &sayers(named), paint)?;
    }
    for record in records().filter(|record| !record.techniques.is_empty()) {
        let many = counted(record.techniques.len() as u64, "technique");
        heading(out, paint, &format!("Does, by {}: {many}", record.source))?;
        for some in record.techniques.chunks(A_LINE) {
            let some: Vec<&str> = some.iter().map(AttackId::as_str).collect();
            writeln!(out, "    {}", some.join(" "))?;
        }
    }
    Ok(())
}

/// One record: whose, which, how it is called there, and what is to be known of it.
fn write_record(
    out: &mut impl Write,
    set: &Held<'_>,
    record: &IntrusionSet,
    paint: Paint,
) -> io::Result<()> {
    let mut told = shown(&record.name);
    if record.name != set.id.local() {
        told = format!("{told}, {}", shown(set.id.local()));
    }
    if let Some(day) = record.dated {
        told = format!("{told}, changed {day}");
    }
    match &record.standing {
        Standing::Current => {}
        Standing::Deprecated => {
            told = format!("{told}, {}", paint.text(Ink::Watch, "deprecated"));
        }
        Standing::Revoked { successor } => {
            let instead = match successor {
                Some(set) => format!("revoked; in its place {}", shown(set.local())),
                None => "revoked; in its place: not said".to_owned(),
            };
            told = format!("{told}, {}", paint.text(Ink::Watch, &instead));
        }
    }
    if !set.claims_it {
        told = format!(
            "{told}{}",
            paint.text(Ink::Faint, " (does not use this name)")
        );
    }
    writeln!(out, "  {:<16}{told}", record.source.as_str())
}

fn because(known: &Knowledge, tie: &Tie<'_>) -> String {
    let name = |set: &IntrusionSetId| {
        let record = known.records(set).first();
        shown(record.map_or(set.local(), |record| &record.name))
    };
    let claim = tie.claim;
    let says = match claim.kind {
        ClaimKind::Name | ClaimKind::Id => "is called",
        ClaimKind::Alias => "is also called",
        ClaimKind::Similar => "is similar to",
    };
    let note = claim
        .note
        .as_ref()
        .map(|note| format!(" ({})", shown(note)));
    format!(
        "{}: {} {says} {}{}, as is {} with {}",
        claim.source,
        name(&claim.set),
        shown(&claim.name),
        note.unwrap_or_default(),
        name(tie.to),
        tie.to.keeper(),
    )
}

/// Who says so: each source once, with what it adds.
fn sayers(named: &Named<'_>) -> String {
    let mut seen = BTreeSet::new();
    let claims = named.claims.iter();
    let said = claims.filter_map(|claim| {
        let note = claim.note.as_deref();
        if !seen.insert((&claim.source, note)) {
            return None;
        }
        let note = note.map(|note| format!(" ({})", shown(note)));
        Some(format!("{}{}", claim.source, note.unwrap_or_default()))
    });
    said.collect::<Vec<_>>().join(", ")
}

/// The sources of all that was shown, each with its licence.
fn sources(
    out: &mut impl Write,
    known: &Knowledge,
    answer: &Answer<'_>,
    paint: Paint,
) -> io::Result<()> {
    writeln!(out, "\n{}", paint.text(Ink::Strong, "Sources"))?;
    for publication in used(known, answer) {
        let edition = match &publication.edition {
            Some(edition) => format!(", {}", shown(edition)),
            None => String::new(),
        };
        let (name, grade) = (shown(&publication.name), publication.grade);
        writeln!(
            out,
            "  {:<16}{name}{edition}; {grade} on the Admiralty scale",
            publication.id.as_str()
        )?;
        let licence = format!("  {:<16}{}", "", shown(&publication.licence));
        writeln!(out, "{}", paint.text(Ink::Faint, &licence))?;
    }
    Ok(())
}

/// The publications from which anything of the answer comes.
pub(super) fn used<'a>(known: &'a Knowledge, answer: &Answer<'_>) -> Vec<&'a Publication> {
    let sets = answer.groups.iter().flat_map(|group| &group.sets);
    let records = sets
        .flat_map(|set| set.records)
        .map(|record| &record.source);
    let actors = answer.actors.iter().map(|actor| &actor.source);
    let used: BTreeSet<_> = records.chain(actors).collect();
    let all = known.publications().iter();
    all.filter(|publication| used.contains(&publication.id))
        .collect()
}

fn heading(out: &mut impl Write, paint: Paint, text: &str) -> io::Result<()> {
    writeln!(out, "  {}", paint.text(Ink::Strong, text))
}

/// What, and who says so.
fn line(out: &mut impl Write, what: &str, who: &str, paint: Paint) -> io::Result<()> {
    let gap = 28_usize.saturating_sub(width(what));
    writeln!(
        out,
        "    {what}{:gap$}  {}",
        "",
        paint.text(Ink::Faint, who)
    )
}

/// Text of others on one line, with which nothing happens; a web address in it leads nowhere.
pub(super) fn shown(text: &str) -> String {
    if text.contains("://") {
        names::defanged(text).to_string()
    } else {
        escaped_line(text)
    }
}
