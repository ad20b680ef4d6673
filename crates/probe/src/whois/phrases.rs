//! What servers say in place of facts: nobody has it, nobody may have it, ask later.

use std::time::Duration;

/// The longest line that is held against the phrases; legal text runs longer.
const MAX_LINE: usize = 200;
/// The longest wait that is believed.
const MAX_WAIT: Duration = Duration::from_hours(24);

/// What a line says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Word {
    /// Asked too often. Comes first: a server that is tired may add "not found".
    Throttled,
    /// The server cannot answer now.
    Unavailable,
    /// The name cannot be had, or is no name for this registry.
    Reserved,
    /// The registry does not take the question.
    Invalid,
    /// Nobody has it.
    Free,
}

/// Where in a line a phrase stands.
enum At {
    Start,
    End,
    Anywhere,
}

use At::{Anywhere, End, Start};

const PHRASES: &[(Word, At, &str)] = &[
    (Word::Throttled, Anywhere, "too many requests"),
    (Word::Throttled, Anywhere, "too many connections"),
    (Word::Throttled, Anywhere, "too many queries"),
    (Word::Throttled, Anywhere, "limit exceeded"),
    (Word::Throttled, Anywhere, "limit reached"),
    (Word::Throttled, Anywhere, "limit was exceeded"),
    (Word::Throttled, Anywhere, "quota exceeded"),
    (Word::Throttled, Anywhere, "exceeded your quota"),
    (Word::Throttled, Anywhere, "exceeded the maximum"),
    (Word::Throttled, Anywhere, "exceeded your query"),
    (Word::Throttled, Anywhere, "excessive querying"),
    (Word::Throttled, Anywhere, "whois-limit exceeded"),
    (Word::Throttled, Anywhere, "maximum queries per"),
    (Word::Throttled, Anywhere, "request per second allowed"),
    (Word::Throttled, Anywhere, "please slow down"),
    (Word::Throttled, Anywhere, "query rate is too high"),
    (Word::Throttled, Start, "please go away"),
    (Word::Throttled, Start, "-1: still in grace period"),
    (Word::Throttled, Start, "-3: ip address blocked"),
    (Word::Throttled, Start, "query_status: 440 request denied"),
    (Word::Throttled, Start, "the whois query quota for"),
    (Word::Throttled, Start, "440 request denied"),
    (Word::Throttled, Anywhere, "you have been blocked"),
    (Word::Throttled, Anywhere, "ip address is blacklisted"),
    (Word::Throttled, Anywhere, "has been temporarily blocked"),
    (Word::Unavailable, Anywhere, "temporarily unavailable"),
    (Word::Unavailable, Anywhere, "server too busy"),
    (
        Word::Unavailable,
        Anywhere,
        "whois database is currently down",
    ),
    (Word::Unavailable, End, "try again later"),
    (Word::Unavailable, Anywhere, "internal server error"),
    (Word::Unavailable, Start, "connection refused"),
    (Word::Reserved, Start, "name is reserved"),
    (Word::Reserved, Start, "domain reserved"),
    (Word::Reserved, Start, "reserved by"),
    (Word::Reserved, Start, "reserved domain"),
    (Word::Reserved, Start, "the name you requested is reserved"),
    (
        Word::Reserved,
        Start,
        "sorry, the domain you requested is in the reserved list",
    ),
    (
        Word::Reserved,
        Start,
        "the domain you requested is prohibited",
    ),
    (
        Word::Reserved,
        Start,
        "this name is not available for registration",
    ),
    (Word::Reserved, Start, "this name is reserved"),
    (Word::Reserved, Start, "not available for registration"),
    (
        Word::Reserved,
        Start,
        "not available for second level registration",
    ),
    (Word::Reserved, Start, "domain not available"),
    (Word::Reserved, Anywhere, "cannot be registered because"),
    (
        Word::Reserved,
        Anywhere,
        "has usage restrictions applied to it",
    ),
    (
        Word::Reserved,
        Anywhere,
        "is not available for registration",
    ),
    (Word::Invalid, Start, "invalid input"),
    (Word::Invalid, Start, "invalid domain"),
    (Word::Invalid, Start, "invalid request"),
    (Word::Invalid, Start, "malformed request"),
    (Word::Invalid, Start, "this domain cannot be registered"),
    (Word::Free, Start, "no match"),
    (Word::Free, Start, "not found"),
    (Word::Free, Start, "no entries found"),
    (Word::Free, Start, "no data found"),
    (Word::Free, Start, "no object found"),
    (Word::Free, Start, "no found"),
    (Word::Free, Start, "no such domain"),
    (Word::Free, Start, "nothing found"),
    (Word::Free, Start, "domain not found"),
    (Word::Free, Start, "domain is not registered"),
    (Word::Free, Start, "no information available about domain"),
    (
        Word::Free,
        Start,
        "there is no information available on the domain",
    ),
    (Word::Free, Start, "the queried object does not exist"),
    (Word::Free, Start, "object does not exist"),
    (Word::Free, Start, "object_not_found"),
    (Word::Free, Start, "the domain has not been registered"),
    (
        Word::Free,
        Start,
        "this domain name has not been registered",
    ),
    (Word::Free, Start, "the domain name is not registered"),
    (Word::Free, Start, "above domain name is not registered"),
    (Word::Free, Start, "the requested domain was not found"),
    (
        Word::Free,
        Start,
        "we do not have an entry in our database matching your query",
    ),
    (Word::Free, Start, "invalid query or domain name not known"),
    (Word::Free, Start, "not registered"),
    (Word::Free, Start, "this query returned 0 objects"),
    (Word::Free, Start, "error:101: no entries found"),
    (Word::Free, Start, "error:103: domain is not registered"),
    (Word::Free, End, " is free"),
    (Word::Free, End, " no match"),
    (Word::Free, End, "/ no match"),
    (Word::Free, End, " not found"),
    (Word::Free, End, " is available for registration"),
];

/// What the value of a state says in place of a state.
const STATES: &[(&str, Word)] = &[
    ("available", Word::Free),
    ("free", Word::Free),
    ("no object found", Word::Free),
    ("220 available", Word::Free),
    ("440 request denied", Word::Throttled),
    ("invalid", Word::Invalid),
    ("not allowed", Word::Reserved),
    ("premium name", Word::Reserved),
    ("reserved", Word::Reserved),
    ("unassignable", Word::Reserved),
    ("unavailable", Word::Reserved),
];

/// The gravest thing that any line says, with the line.
pub(super) fn loudest(text: &str) -> Option<(Word, &str)> {
    text.lines()
        .filter_map(|line| Some((said(line)?, line.trim())))
        .min_by_key(|(word, _)| *word)
}

/// What a state says in place of a state.
pub(super) fn state(value: &str) -> Option<Word> {
    let value = value.to_ascii_lowercase();
    let start = value.split('(').next().unwrap_or_default().trim();
    STATES
        .iter()
        .find(|(state, _)| *state == start)
        .map(|(_, word)| *word)
}

/// How long the server asks to be left alone: the number before `second`, `minute` or `hour`.
pub(super) fn wait(line: &str) -> Option<Duration> {
    let mut before = None;
    for word in line.split_whitespace() {
        let unit = word.to_ascii_lowercase();
        let seconds = match unit.trim_end_matches(['.', ',', 's']) {
            "second" => 1,
            "minute" => 60,
            "hour" => 3_600,
            _ => {
                before = word.parse::<u64>().ok();
                continue;
            }
        };
        return Some(Duration::from_secs(before?.saturating_mul(seconds)).min(MAX_WAIT));
    }
    None
}

fn said(line: &str) -> Option<Word> {
    if line.len() > MAX_LINE {
        return None;
    }
    let line = line
        .trim_start_matches(|letter: char| letter.is_whitespace() || "%#*>".contains(letter))
        .to_ascii_lowercase();
    let line =
        line.trim_end_matches(|letter: char| letter.is_whitespace() || ".!".contains(letter));
    let found = PHRASES.iter().filter(|(_, at, phrase)| match at {
        Start => line.starts_with(phrase),
        End => line.ends_with(phrase),
        Anywhere => line.contains(phrase),
    });
    found.map(|(word, _, _)| *word).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<Word>) {
        assert_eq!(loudest(text).map(|(word, _)| word), expected, "{text}");
    }

    #[test]
    fn a_tired_server_never_says_free() {
        check(
            "%% Too many requests...\n%%\n%% No entries found in the AFNIC Database.\n",
            Some(Word::Throttled),
        );
        check(
            "% No match for domain \"a.example\"\n% Query rate limit exceeded. Reduced information.",
            Some(Word::Throttled),
        );
    }

    #[test]
    fn rules_of_use_say_nothing() {
        check(
            "% is still available or not and to obtain information related to\n(C) exceeding query rate or volume\nlimits.",
            None,
        );
    }

    #[test]
    fn free_in_many_tongues() {
        for text in [
            "a.nl is free",
            "domain \"a.se\" not found.",
            "%ERROR:101: no entries found",
            "No match!!",
            "Nincs talalat / No match",
            ">>> Domain a.sexy is available for registration",
        ] {
            check(text, Some(Word::Free));
        }
        assert_eq!(state("AVAILABLE"), Some(Word::Free));
        assert_eq!(
            state("PREMIUM NAME (No match for domain)"),
            Some(Word::Reserved)
        );
        assert_eq!(state("NOT AVAILABLE"), None);
    }

    #[test]
    fn waits() {
        let secs = |line| wait(line).map(|wait| wait.as_secs());
        assert_eq!(secs("and will be replenished in 50 seconds."), Some(50));
        assert_eq!(secs("Please go away for 13 Seconds"), Some(13));
        assert_eq!(
            secs("-1: Still in grace period, wait 7777777 seconds"),
            Some(86_400)
        );
        assert_eq!(secs("only one request per second allowed"), None);
        assert_eq!(secs("later"), None);
    }
}
