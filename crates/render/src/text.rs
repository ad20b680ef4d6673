//! Words and figures as people read them, the same in every form.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::{PivotFamily, PivotKind};
use names::{DomainName, defanged, escaped};
use unicode_width::UnicodeWidthChar as _;

/// The most characters that are shown of a value from outside.
const LONGEST_VALUE: usize = 256;

/// The most characters that are shown of a sentence.
const LONGEST_SENTENCE: usize = 1000;

/// A value from outside: what would act is escaped, a backslash is two, and what is too long is cut.
pub(crate) fn value(text: &str) -> String {
    escaped(text).at_most(LONGEST_VALUE).to_string()
}

/// A sentence, with words from outside in it: as [`value`], but a backslash stays one, as most sentences were made with values
/// that had been escaped; and names, addresses and URLs in it are defanged.
pub(crate) fn sentence(text: &str) -> String {
    let whole = shown(text);
    linkless(&whole)
}

fn shown(text: &str) -> String {
    let mut letters = text.chars();
    let mut shown = String::with_capacity(text.len().min(LONGEST_SENTENCE));
    for letter in letters.by_ref().take(LONGEST_SENTENCE) {
        match letter {
            '\\' => shown.push('\\'),
            _ => shown += &escaped(letter.encode_utf8(&mut [0; 4])).to_string(),
        }
    }
    if letters.next().is_some() {
        shown.push('…');
    }
    shown
}

/// As much of a text as [`sentence`] needs to show it.
pub(crate) fn begin(text: &str) -> &str {
    let end = text.char_indices().nth(LONGEST_SENTENCE + 1);
    end.map_or(text, |(end, _)| &text[..end])
}

/// A domain, in a form that nothing takes for a link, and that nobody takes for another domain: in A-labels.
pub(crate) fn domain(domain: &DomainName) -> String {
    domain.defanged().to_string()
}

/// As [`domain`], with what it looks like behind it where that is another.
pub(crate) fn domain_in_full(name: &DomainName) -> String {
    if name.is_idn() {
        format!("{} ({})", domain(name), defanged(&name.to_unicode()))
    } else {
        domain(name)
    }
}

/// A value of a pivot that was made harmless, so that nothing takes it for a link either: names and addresses are defanged.
pub(crate) fn inert(kind: PivotKind, value: &str) -> String {
    match kind.family() {
        PivotFamily::Registration | PivotFamily::Certificate | PivotFamily::Naming => {
            linkless(value)
        }
        _ if kind == PivotKind::Title => linkless(value),
        _ => defang(value),
    }
}

/// A text that is a name, an address or a URL, so that nothing takes it for a link; what was defanged before stays as it is.
pub(crate) fn defang(text: &str) -> String {
    text.replace("[.]", ".")
        .replace("://", "[:]//")
        .replace('.', "[.]")
}

/// A text with words in it: those that are taken for a link are defanged, other full stops stay.
fn linkless(text: &str) -> String {
    let words = text.split_inclusive(char::is_whitespace);
    let shown = words.map(|word| {
        if word.contains("://") {
            let after = |last: char| last.is_whitespace() || ".,;:!?".contains(last);
            let url = word.trim_end_matches(after);
            return defang(url) + &word[url.len()..];
        }
        // Of a name, a part may have been defanged before.
        let known = word.contains("[.]");
        let word = word.replace("[.]", ".");
        let letters: Vec<char> = word.chars().collect();
        let runs = letters.chunk_by(|a, b| of_host(*a) == of_host(*b));
        let shown = runs.map(|run| {
            let run: String = run.iter().collect();
            let host = run.trim_end_matches('.');
            if known || is_host(host) {
                defang(host) + &run[host.len()..]
            } else {
                run
            }
        });
        shown.collect::<String>()
    });
    shown.collect()
}

fn of_host(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_')
}

/// Whether a word looks like the name of a host, or is an IPv4 address.
fn is_host(word: &str) -> bool {
    let Some((before, top)) = word.rsplit_once('.') else {
        return false;
    };
    let named = top.chars().all(char::is_alphabetic) && top.chars().nth(1).is_some();
    let labels = before.split('.').all(|label| !label.is_empty());
    labels && (named || top.starts_with("xn--") || word.parse::<std::net::Ipv4Addr>().is_ok())
}

/// How rare a value is: how many of the domains that have it are of the campaign.
pub(crate) fn rarity(within: u64, holders: u64) -> String {
    match holders.saturating_sub(within) {
        0 => format!("{within} of this campaign have it, and no other domain that we know of"),
        1 => format!("{within} of this campaign have it, and one other domain"),
        others => format!("{within} of this campaign have it, and {others} other domains"),
    }
}

/// The day in UTC: `2017-03-15`.
pub(crate) fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

/// The minute in UTC: `2017-03-15 09:30`.
pub(crate) fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

/// The day in words: `15 March 2017`.
pub(crate) fn day_in_words(at: Timestamp) -> String {
    at.strftime("%-d %B %Y").to_string()
}

/// Two days in words, without saying twice what they have in common.
pub(crate) fn between(first: Timestamp, last: Timestamp) -> String {
    let civil = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
    let (one, other) = (civil(first), civil(last));
    if one == other {
        return format!("on {}", day_in_words(first));
    }
    let begin = match (one.year() == other.year(), one.month() == other.month()) {
        (true, true) => first.strftime("%-d").to_string(),
        (true, false) => first.strftime("%-d %B").to_string(),
        (false, _) => day_in_words(first),
    };
    format!("between {begin} and {}", day_in_words(last))
}

/// One of several days, in words, where it is not known which: `12, 14 or 17 April 2017`.
pub(crate) fn one_of(days: &[Timestamp]) -> String {
    let Some((last, others)) = days.split_last() else {
        return "not known".to_owned();
    };
    let month = |at: &Timestamp| at.strftime("%B %Y").to_string();
    let alike = others.iter().all(|day| month(day) == month(last));
    let others: Vec<String> = others
        .iter()
        .map(|day| {
            if alike {
                day.strftime("%-d").to_string()
            } else {
                day_in_words(*day)
            }
        })
        .collect();
    match others.as_slice() {
        [] => day_in_words(*last),
        others => format!("{} or {}", others.join(", "), day_in_words(*last)),
    }
}

/// Thousandths of a bit, as bits.
pub(crate) fn bits(thousandths: u32) -> f64 {
    f64::from(thousandths) / 1000.0
}

/// How strong something is: `17.2 bits`.
pub(crate) fn strength(thousandths: u32) -> String {
    format!("{:.1} bits", bits(thousandths))
}

/// How many of what: `no domains`, `one domain`, `seven domains`, `17 domains`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    let word = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    let noun = if number == 1 { one } else { many };
    match word.get(number) {
        Some(word) => format!("{word} {noun}"),
        None => format!("{number} {noun}"),
    }
}

/// How many domains, in words.
pub(crate) fn domains(number: usize) -> String {
    count(number, "domain", "domains")
}

/// Some of many in a row: `a, b and c`; of more than `most`, the first and how many more.
pub(crate) fn list(items: &[String], most: usize) -> String {
    let mut shown: Vec<&str> = items.iter().map(String::as_str).take(most).collect();
    let more = format!("{} more", items.len().saturating_sub(most));
    if items.len() > most {
        shown.push(&more);
    }
    match shown.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [some @ .., last] => format!("{} and {last}", some.join(", ")),
    }
}

/// With a capital letter at the begin.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// How many columns of a fixed-width font a text takes.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().filter_map(char::width).sum()
}

/// A text cut in the middle to a number of columns, since names differ at both ends.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    if columns(text) <= most {
        return text.to_owned();
    }
    let keep = most.saturating_sub(1);
    let fitting = |letters: &mut dyn Iterator<Item = char>, room: usize| -> Vec<char> {
        let mut used = 0;
        letters
            .take_while(|letter| {
                used += letter.width().unwrap_or(0);
                used <= room
            })
            .collect()
    };
    let begin = fitting(&mut text.chars(), keep.div_ceil(2));
    let mut end = fitting(&mut text.chars().rev(), keep / 2);
    end.reverse();
    begin.into_iter().chain(['…']).chain(end).collect()
}

/// A length in pixels, to a tenth, as SVG writes it.
pub(crate) fn px(length: f64) -> String {
    format!("{}", (length * 10.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_shown_and_does_nothing() {
        let hostile = "a\u{202e}b\u{1b}[31m\\<script>";
        assert_eq!(value(hostile), r"a\u{202e}b\u{1b}[31m\\<script>");
        assert_eq!(sentence(hostile), r"a\u{202e}b\u{1b}[31m\<script>");
        assert_eq!(sentence(&"ä".repeat(1001)).chars().count(), 1001);
        assert_eq!(value(&"ä".repeat(10_000)).chars().count(), 257);
    }

    #[track_caller]
    fn check_sentence(text: &str, says: &str) {
        assert_eq!(sentence(text), says);
        assert_eq!(sentence(says), says, "a second time");
    }

    #[test]
    fn nothing_in_a_sentence_is_taken_for_a_link() {
        check_sentence(
            "a form that posts to https://collect.example/in.php?a=b.c.",
            "a form that posts to https[:]//collect[.]example/in[.]php?a=b[.]c.",
        );
        check_sentence(
            "(see https://bank[.]example/x) by jo.doe@mail.example, at 203.0.113.57.",
            "(see https[:]//bank[.]example/x) by jo[.]doe@mail[.]example, at 203[.]0[.]113[.]57.",
        );
        check_sentence(
            "“bank.example:8443/a”, xn--a.xn--b",
            "“bank[.]example:8443/a”, xn--a[.]xn--b",
        );
        check_sentence(
            "mail at mx.quiet-harbour[.]example.",
            "mail at mx[.]quiet-harbour[.]example.",
        );
        check_sentence(
            "It was 2.5 bits. In the U.S., e.g. on 2.0…",
            "It was 2.5 bits. In the U.S., e.g. on 2.0…",
        );
    }

    #[test]
    fn values_of_all_kinds_lead_nowhere() {
        for kind in PivotKind::all() {
            for (value, inert_value) in [
                ("https://a.example/in.php", "https[:]//a[.]example/in[.]php"),
                (
                    "ns1.dns.example ns2.dns.example",
                    "ns1[.]dns[.]example ns2[.]dns[.]example",
                ),
                ("203.0.113.57", "203[.]0[.]113[.]57"),
            ] {
                assert_eq!(inert(kind, value), inert_value, "{kind}");
            }
        }
    }

    #[test]
    fn how_rare_a_value_is() {
        assert_eq!(
            rarity(4, 4),
            "4 of this campaign have it, and no other domain that we know of"
        );
        assert_eq!(
            rarity(3, 4),
            "3 of this campaign have it, and one other domain"
        );
        assert_eq!(
            rarity(2, 9),
            "2 of this campaign have it, and 7 other domains"
        );
    }

    #[track_caller]
    fn check(first: &str, last: &str, says: &str) {
        let [first, last] = [first, last].map(|day| {
            format!("{day}T12:00:00Z")
                .parse::<Timestamp>()
                .expect("a time")
        });
        assert_eq!(between(first, last), says);
    }

    #[test]
    fn days_are_said_once() {
        check("2017-03-15", "2017-03-15", "on 15 March 2017");
        check("2017-03-15", "2017-03-17", "between 15 and 17 March 2017");
        check(
            "2017-03-15",
            "2017-04-17",
            "between 15 March and 17 April 2017",
        );
        check(
            "2016-12-31",
            "2017-01-01",
            "between 31 December 2016 and 1 January 2017",
        );
    }

    #[test]
    fn one_of_several_days() {
        let told = |days: &[&str]| {
            let days = days
                .iter()
                .map(|day| format!("{day}T00:00:00Z").parse().expect("a time"));
            one_of(&days.collect::<Vec<_>>())
        };
        assert_eq!(
            told(&["2017-04-12", "2017-04-14", "2017-04-17"]),
            "12, 14 or 17 April 2017"
        );
        assert_eq!(
            told(&["2017-03-31", "2017-04-01"]),
            "31 March 2017 or 1 April 2017"
        );
        assert_eq!(told(&["2017-03-31"]), "31 March 2017");
    }

    #[test]
    fn rows_of_words() {
        let three = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(list(&three, 3), "a, b and c");
        assert_eq!(list(&three, 1), "a and 2 more");
        assert_eq!(list(&[], 1), "");
        assert_eq!(count(1, "domain", "domains"), "one domain");
        assert_eq!(count(13, "domain", "domains"), "13 domains");
        assert_eq!(capital("élan"), "Élan");
    }

    #[test]
    fn long_names_keep_both_ends() {
        assert_eq!(shortened("abcdefghij", 10), "abcdefghij");
        assert_eq!(shortened("abcdefghij", 6), "abc…ij");
        assert_eq!(shortened("漢字漢字漢字", 8), "漢字…字");
        assert_eq!(columns("漢a"), 3);
    }
}
