//! The timeline as a picture: time to the right, a row for each domain.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::Timestamp;
use maud::{Markup, PreEscaped, html};
use model::{Campaign, Moment};

use super::axis::Axis;
use super::lanes::{Lane, lanes};
use super::marks::{Mark, mark};
use super::{said, when};
use crate::text::{self, px};

const WIDTH: f64 = 960.0;
const MARGIN: f64 = 16.0;

/// How wide a letter of a name is, at most, and how many letters are shown.
const LETTER: f64 = 7.4;
const LONGEST: usize = 36;

/// The room that a mark takes to either side and above, and how many stand above each other in a row.
const MARK: f64 = 13.0;
const HIGHEST: usize = 5;

const HEAD: f64 = 34.0;
const FOOT: f64 = 20.0;

const STYLE: &str = include_str!("timeline.css");

pub(super) fn svg(campaign: &Campaign) -> Markup {
    let lanes = lanes(campaign);
    let letters = lanes.iter().map(|lane| text::columns(&lane.name));
    let letters = letters.max().unwrap_or(0).min(LONGEST);
    let left = MARGIN + letters as f64 * LETTER + 18.0;
    let axis = axis(campaign, WIDTH - left - MARGIN);
    let rows: Vec<Row<'_>> = lanes
        .iter()
        .map(|lane| Row::new(lane, axis.as_ref()))
        .collect();
    let mut tops = vec![HEAD];
    for row in &rows {
        tops.push(tops[tops.len() - 1] + row.height());
    }
    let bottom = tops[rows.len()];
    let legend = legend(campaign);
    let height = bottom + FOOT + legend.height;
    html! {
        svg .ep-time xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="ep-time-title ep-time-desc"
            viewBox={ "0 0 " (px(WIDTH)) " " (px(height)) } width=(px(WIDTH)) height=(px(height)) {
            title id="ep-time-title" { "Campaign " (campaign.name) " (" (campaign.id) ") in time" }
            desc id="ep-time-desc" { (description(campaign)) }
            style { (PreEscaped(STYLE)) }
            rect .ground width=(px(WIDTH)) height=(px(height)) {}
            @if let Some(axis) = &axis {
                @for tick in axis.ticks() {
                    @let x = px(left + axis.at(tick.at));
                    path .grid d={ "M" (x) " " (px(HEAD - 6.0)) "V" (px(bottom)) } {}
                    text .tick x=(x) y=(px(HEAD - 14.0)) { (tick.label) }
                }
            }
            @for (row, top) in rows.iter().zip(&tops) {
                g transform={ "translate(0 " (px(*top)) ")" } { (row.drawn(left)) }
            }
            path .row d={ "M" (px(MARGIN)) " " (px(bottom)) "H" (px(WIDTH - MARGIN)) } {}
            g transform={ "translate(" (px(MARGIN)) " " (px(bottom + FOOT)) ")" } { (legend.drawn) }
        }
    }
}

/// An axis with room for all that happened; none where nothing did.
fn axis(campaign: &Campaign, width: f64) -> Option<Axis> {
    let times = || campaign.timeline.iter().map(|moment| moment.at);
    let ends: Option<(Timestamp, Timestamp)> = times().min().zip(times().max());
    ends.map(|(first, last)| Axis::new(first, last, width))
}

/// What those are told who do not see the picture.
fn description(campaign: &Campaign) -> String {
    let times = || campaign.timeline.iter().map(|moment| moment.at);
    let Some((first, last)) = times().min().zip(times().max()) else {
        return "Nothing of it is dated.".to_owned();
    };
    let moments = text::count(campaign.timeline.len(), "moment", "moments");
    format!(
        "{} of {}, {}; all of them stand in a table, too.",
        text::capital(&moments),
        text::domains(campaign.members.len()),
        text::between(first, last)
    )
}

/// A row with its marks in place.
struct Row<'l> {
    lane: &'l Lane<'l>,
    /// From the begin of the axis, and how high above the lowest.
    marks: Vec<(f64, usize, &'l Moment)>,
    /// Where marks found no place above the others, and how many.
    more: Vec<(f64, usize)>,
    levels: usize,
}

impl<'l> Row<'l> {
    /// Every mark stands where its time is; one that would cover another stands above it. Where that is too high, what matters
    /// least is left out.
    fn new(lane: &'l Lane<'l>, axis: Option<&Axis>) -> Self {
        let mut last = [f64::NEG_INFINITY; HIGHEST];
        let mut row = Row {
            lane,
            marks: vec![],
            more: vec![],
            levels: 1,
        };
        let Some(axis) = axis else {
            return row;
        };
        let moments = lane.moments.iter();
        let placed: Vec<(f64, &Moment)> = moments
            .map(|moment| (axis.at(moment.at), *moment))
            .collect();
        let kept = kept(&placed);
        for ((x, moment), kept) in placed.into_iter().zip(kept) {
            let free = last.iter().position(|last| x - last >= MARK);
            if let Some(level) = free.filter(|_| kept) {
                last[level] = x;
                row.levels = row.levels.max(level + 1);
                row.marks.push((x, level, moment));
            } else {
                match row.more.last_mut() {
                    Some((at, more)) if x - *at < 2.5 * MARK => *more += 1,
                    _ => row.more.push((x, 1)),
                }
            }
        }
        row
    }

    fn height(&self) -> f64 {
        let levels = self.levels + usize::from(!self.more.is_empty());
        levels as f64 * MARK + 11.0
    }

    fn drawn(&self, left: f64) -> Markup {
        let height = self.height();
        let base = height - 12.0;
        let name = text::shortened(&self.lane.name, LONGEST);
        let above = |level: usize| base - level as f64 * MARK;
        let ends = self.marks.first().zip(self.marks.last());
        html! {
            path .row d={ "M" (px(MARGIN)) " 0H" (px(WIDTH - MARGIN)) } {}
            text class=(if self.lane.is_domain { "name" } else { "whole" }) x=(px(MARGIN)) y=(px(base + 4.0)) {
                title { (self.lane.name) }
                (name)
            }
            @if let Some((first, last)) = ends {
                path .span d={ "M" (px(left + first.0)) " " (px(base)) "H" (px(left + last.0)) } {}
            }
            @for (x, level, moment) in &self.marks {
                g transform={ "translate(" (px(left + x)) " " (px(above(*level))) ")" } { (drawn(moment)) }
            }
            @for (x, more) in &self.more {
                text .more x=(px(left + x)) y=(px(above(HIGHEST) + 4.0)) { "+" (more) }
            }
        }
    }
}

/// Which of some marks, in order of place, find room: those that matter most, and the earlier of equal ones.
fn kept(placed: &[(f64, &Moment)]) -> Vec<bool> {
    let mut by_weight: Vec<usize> = (0..placed.len()).collect();
    by_weight.sort_by_key(|at| Reverse(mark(placed[*at].1.kind).1.weight));
    let mut taken: Vec<f64> = vec![];
    let mut kept = vec![false; placed.len()];
    for at in by_weight {
        let x = placed[at].0;
        let first = taken.partition_point(|other| x - other >= MARK);
        let place = taken.partition_point(|other| *other <= x);
        let end = taken.partition_point(|other| other - x < MARK);
        let mut around = taken[first..end].to_vec();
        around.insert(place - first, x);
        let mut crowds = around.windows(HIGHEST + 1);
        if crowds.all(|marks| marks[HIGHEST] - marks[0] >= MARK) {
            taken.insert(place, x);
            kept[at] = true;
        }
    }
    kept
}

fn drawn(moment: &Moment) -> Markup {
    let (_, mark) = mark(moment.kind);
    html! {
        path class={ "mark " (mark.class) } d=(mark.path) {
            title { (when(moment)) ": " (mark.says) " — " (said(moment)) }
        }
    }
}

/// What the marks mean.
struct Legend {
    drawn: Markup,
    height: f64,
}

/// The marks that occur, in rows.
fn legend(campaign: &Campaign) -> Legend {
    let marks = campaign.timeline.iter().map(|moment| mark(moment.kind));
    let marks: BTreeMap<usize, &Mark> = marks.collect();
    let (mut x, mut y) = (6.0, 0.0);
    let mut placed = vec![];
    for mark in marks.into_values() {
        let wide = mark.says.len() as f64 * 6.2 + 32.0;
        if x + wide > WIDTH - 2.0 * MARGIN {
            (x, y) = (6.0, y + 20.0);
        }
        placed.push((x, y, mark));
        x += wide;
    }
    let drawn = html! {
        @for (x, y, mark) in &placed {
            path class={ "mark " (mark.class) } d=(mark.path) transform={ "translate(" (px(*x)) " " (px(*y)) ")" } {}
            text .key x=(px(x + 11.0)) y=(px(y + 4.0)) { (mark.says) }
        }
    };
    Legend {
        drawn,
        height: y + 20.0,
    }
}
