//! A replay, told to people in at most a hundred columns.

mod published;
mod together;

use super::case::When;
use super::report::{Alarm, Report, STRONGEST, Seen, Step, Tiers};
use crate::knowledge::BACKGROUND_IS;
use crate::output::{Cell, Ink, Paint, counted, escaped_line, grouped, ink, width};
use model::{Assessment, Candidate, Score, Tier};
use names::defanged;
use resemble::Guard;
use std::net::IpAddr;
use std::path::Path;

/// The widest line.
const WIDTH: usize = 100;

/// How far names are filled up.
const NAME: usize = 28;

/// As wide as what stands before the names.
const MARGIN: &str = "                        ";

/// The whole story.
pub(super) fn tell(
    report: &Report<'_>,
    guard: &Guard,
    background: Option<&Path>,
    paint: Paint,
) -> String {
    let mut story = Story {
        text: String::new(),
        guard,
        paint,
        report,
    };
    story.head(background);
    for step in &report.steps {
        story.step(step);
    }
    story.undated();
    story.untied();
    story.together();
    story.summary();
    story.text
}

struct Story<'a> {
    text: String,
    guard: &'a Guard,
    paint: Paint,
    report: &'a Report<'a>,
}

impl Story<'_> {
    fn head(&mut self, background: Option<&Path>) {
        let report = self.report;
        let title = escaped_line(&report.case.title);
        self.inked(Ink::Strong, &title);
        self.inked(Ink::Strong, &"=".repeat(width(&title)));
        self.wrapped("", &self.prose(&report.case.note));
        self.line("");
        let guarded: Vec<String> = self
            .guard
            .watchlist()
            .organisations()
            .iter()
            .map(|organisation| {
                let domains: Vec<&str> = organisation
                    .domains
                    .iter()
                    .map(names::DomainName::as_str)
                    .collect();
                format!(
                    "{} ({})",
                    escaped_line(&organisation.name),
                    domains.join(", ")
                )
            })
            .collect();
        self.wrapped("Guarded     ", &guarded.join("; "));
        let names = counted(report.background, "name");
        let share = grouped(report.background / (report.steps.len() as u64).max(1));
        let of = match background {
            Some(path) => format!("of {}", escaped_line(&path.display().to_string())),
            None => format!("({BACKGROUND_IS}; not of the case's time)"),
        };
        let unread = match report.unread {
            0 => String::new(),
            unread => format!(
                " Besides, {} could not be read.",
                counted(unread, "line or name")
            ),
        };
        self.wrapped(
            "Background  ",
            &format!("{names} {of}, {share} with each day.{unread}"),
        );
    }

    fn step(&mut self, step: &Step<'_>) {
        self.line("");
        let when = match &step.seen[0].event.when {
            When::Published(day) => self.strong(&long(*day)),
            When::Assumed { day, .. } => {
                let assumed = "order assumed: the days are published, not which name came on which";
                format!(
                    "{}  {}",
                    self.strong(&long(*day)),
                    self.paint.text(Ink::Faint, assumed)
                )
            }
            When::Period(period) => {
                let unknown = self.paint.text(Ink::Faint, "day not known");
                format!(
                    "{}  {unknown}",
                    self.strong(&capital(&escaped_line(period)))
                )
            }
            When::Unknown => self.strong("Day not known"),
        };
        self.line(&when);
        for seen in &step.seen {
            self.seen(seen);
        }
        let tiers: Tiers = step.alarms.iter().map(|alarm| alarm.tier).collect();
        let such = if step.alarms.is_empty() {
            ""
        } else {
            ", such as"
        };
        let others = counted(step.others, "other name");
        self.inked(
            Ink::Faint,
            &format!("  besides  {} of {others}{such}", flagged(tiers)),
        );
        for alarm in step.alarms.iter().take(STRONGEST) {
            self.alarm(alarm);
        }
    }

    fn alarm(&mut self, alarm: &Alarm) {
        let name = alarm.name.to_unicode();
        let by = format!(
            "{}: {}",
            self.organisation(&alarm.organisation),
            alarm.technique
        );
        let cell = columns(
            Cell::new(Ink::Faint, "       "),
            alarm.score,
            alarm.tier,
            &name,
            &by,
            Ink::Faint,
        );
        self.cell(&cell);
    }

    /// One published name: what was caught of it, or that it was missed.
    fn seen(&mut self, seen: &Seen<'_>) {
        let name = seen.event.domain.to_unicode();
        let Some(strongest) = seen.told.first() else {
            let missed = Cell::new(Ink::Alert, "missed")
                .then(Ink::Plain, format!("                {}", defanged(&name)));
            self.cell(&Cell::plain("  ").with(missed));
            self.wrapped(
                MARGIN,
                &format!("imitates {}", self.prose(&seen.event.imitates)),
            );
            self.published(seen);
            return;
        };
        let Assessment { score, tier, .. } = strongest.assessment;
        let cell = columns(
            Cell::new(Ink::Good, "caught "),
            score,
            tier,
            &name,
            &self.whom(strongest),
            Ink::Plain,
        );
        self.cell(&cell);
        let techniques: Vec<String> = strongest
            .resemblance
            .techniques
            .iter()
            .map(|used| match &used.edit {
                Some(edit) => format!("{} {}", used.technique, escaped_line(edit)),
                None => used.technique.to_string(),
            })
            .collect();
        self.wrapped(&format!("{MARGIN}by "), &techniques.join(", "));
        for other in &seen.told[1..] {
            let tier = other
                .assessment
                .tier
                .map(|tier| format!(" ({tier})"))
                .unwrap_or_default();
            let score = other.assessment.score.value();
            self.wrapped(
                &format!("{MARGIN}also "),
                &format!("{}: {score:.3}{tier}", self.whom(other)),
            );
        }
        self.published(seen);
    }

    /// The organisation, and what of it is imitated where that is not its own.
    fn whom(&self, candidate: &Candidate) -> String {
        let organisation = self.organisation(candidate.resemblance.organisation.as_str());
        format!(
            "{organisation}: {}",
            escaped_line(candidate.resemblance.target.as_str())
        )
    }

    /// How people call it.
    fn organisation(&self, id: &str) -> String {
        let organisations = self.guard.watchlist().organisations();
        let known = organisations.iter().find(|known| known.id.as_str() == id);
        escaped_line(known.map_or(id, |known| &known.name))
    }

    /// A text of the case, with the names of the case and addresses defanged.
    fn prose(&self, text: &str) -> String {
        let text = escaped_line(text.trim());
        let words = text.split(' ').map(|word| {
            let bare = word.trim_matches(|letter| "(),;".contains(letter));
            match bare.parse::<IpAddr>() {
                Ok(_) => word.replace(bare, &defanged(bare).to_string()),
                Err(_) => word.to_owned(),
            }
        });
        let mut prose = words.collect::<Vec<_>>().join(" ");
        for event in &self.report.case.events {
            prose = prose.replace(event.domain.as_str(), &event.domain.defanged().to_string());
        }
        prose
    }

    fn undated(&mut self) {
        let undated = &self.report.undated;
        if undated.is_empty() {
            return;
        }
        self.line("");
        let heading = self.strong("Undated");
        let apart = self.paint.text(
            Ink::Faint,
            "no day was published; judged apart from the days",
        );
        self.line(&format!("{heading}  {apart}"));
        for seen in undated {
            self.seen(seen);
        }
    }

    fn summary(&mut self) {
        let report = self.report;
        let caught = |seen: &[&Seen<'_>]| seen.iter().filter(|seen| seen.tier().is_some()).count();
        let all: Vec<&Seen<'_>> = report.events().collect();
        let dated: Vec<&Seen<'_>> = report.steps.iter().flat_map(|step| &step.seen).collect();
        let undated: Vec<&Seen<'_>> = report.undated.iter().collect();
        let tiers: Tiers = all.iter().map(|seen| seen.tier()).collect();
        let alarms = report.alarms();
        self.line("");
        self.inked(Ink::Strong, "Summary");
        self.wrapped(
            "  caught    ",
            &format!(
                "{} of {} ({} alert, {} watch): {} of {} with a day or period, {} of {} undated",
                caught(&all),
                all.len(),
                tiers.alert,
                tiers.watch,
                caught(&dated),
                dated.len(),
                caught(&undated),
                undated.len()
            ),
        );
        self.wrapped(
            "  besides   ",
            &format!(
                "{} of {}: {} and {} a million",
                flagged(alarms),
                counted(report.background, "name"),
                counted(report.per_million(alarms.alert), "alert"),
                grouped(report.per_million(alarms.watch)),
            ),
        );
    }

    fn strong(&self, text: &str) -> String {
        self.paint.text(Ink::Strong, text)
    }

    fn inked(&mut self, ink: Ink, text: &str) {
        let line = self.paint.text(ink, text);
        self.line(&line);
    }

    fn cell(&mut self, cell: &Cell) {
        let line = cell.painted(self.paint);
        self.line(&line);
    }

    /// `text` after `head`, further lines below its beginning.
    fn wrapped(&mut self, head: &str, text: &str) {
        let indent = " ".repeat(width(head));
        for (place, line) in wrap(text, WIDTH - width(head)).iter().enumerate() {
            self.line(&format!(
                "{}{line}",
                if place == 0 { head } else { &indent }
            ));
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }
}

/// A line with a score and a tier, then a name, then what is told of it, all but the tier in `rest`.
fn columns(
    head: Cell,
    score: Score,
    tier: Option<Tier>,
    name: &str,
    told: &str,
    rest: Ink,
) -> Cell {
    let shown = defanged(name).to_string();
    let blank = " ".repeat(NAME.saturating_sub(width(&shown)));
    let word = tier.map(|tier| tier.to_string()).unwrap_or_default();
    Cell::plain("  ")
        .with(head)
        .then(rest, format!("  {:.3} ", score.value()))
        .then(ink(tier), format!("{word:<5}"))
        .then(rest, format!("  {shown}{blank}  {told}"))
}

/// `2 alerts and 11 watches`.
fn flagged(Tiers { alert, watch }: Tiers) -> String {
    let es = if watch == 1 { "" } else { "es" };
    format!(
        "{} and {} watch{es}",
        counted(alert, "alert"),
        grouped(watch)
    )
}

/// `15 March 2017`.
fn long(day: jiff::civil::Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// Lines of at most `most` columns, divided at blanks; a longer word has a line of its own.
fn wrap(text: &str, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().expect("there is always one");
        if last.is_empty() {
            last.push_str(word);
        } else if width(last) + 1 + width(word) <= most {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_divided_at_blanks() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(
            wrap("a longer-than-that b", 5),
            ["a", "longer-than-that", "b"]
        );
        assert_eq!(wrap("", 5), [""]);
    }

    #[test]
    fn words_for_counts_and_days() {
        assert_eq!(flagged(Tiers { alert: 1, watch: 1 }), "1 alert and 1 watch");
        assert_eq!(
            flagged(Tiers {
                alert: 0,
                watch: 1200
            }),
            "0 alerts and 1,200 watches"
        );
        assert_eq!(long("2017-03-05".parse().expect("a day")), "5 March 2017");
        assert_eq!(capital("early April"), "Early April");
    }
}
