//! Words taken out of texts.

use std::collections::HashMap;

use names::{DomainName, defanged, escaped};

/// Words and phrases that a reader may not see, each with what stands in its place. They are found in any case, as whole words:
/// `jo` is not in `joint`, but it is in `jo-anne` and in `jo@mail.example`.
#[derive(Default)]
pub(super) struct Scrub {
    /// By the first token of the phrase, in lower case.
    phrases: HashMap<String, Vec<Phrase>>,
}

struct Phrase {
    tokens: Vec<String>,
    instead: String,
}

impl Scrub {
    /// Has a text taken out, also where it stands defanged or escaped.
    pub(super) fn hide(&mut self, text: &str, instead: &str) {
        let [plain, defanged, escaped] = [
            text.to_owned(),
            defanged(text).to_string(),
            escaped(text).to_string(),
        ];
        let apart = |form: &String| *form != plain;
        let others: Vec<String> = [defanged, escaped].into_iter().filter(apart).collect();
        for form in others.iter().chain([&plain]) {
            self.hide_form(form, instead);
        }
    }

    /// Has a domain taken out, also where it stands in Unicode.
    pub(super) fn hide_domain(&mut self, domain: &DomainName, instead: &str) {
        self.hide(domain.as_str(), instead);
        if domain.is_idn() {
            self.hide(&domain.to_unicode(), instead);
        }
    }

    fn hide_form(&mut self, text: &str, instead: &str) {
        let lower = text.to_lowercase();
        let tokens: Vec<String> = tokens(lower.trim()).map(str::to_owned).collect();
        let Some(first) = tokens.first() else {
            return;
        };
        let phrases = self.phrases.entry(first.clone()).or_default();
        if phrases.iter().all(|phrase| phrase.tokens != tokens) {
            let instead = instead.to_owned();
            phrases.push(Phrase { tokens, instead });
        }
    }

    /// The text without them.
    pub(super) fn scrubbed(&self, text: &str) -> String {
        if self.phrases.is_empty() {
            return text.to_owned();
        }
        let tokens: Vec<&str> = tokens(text).collect();
        let lower: Vec<String> = tokens.iter().map(|token| token.to_lowercase()).collect();
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        while at < tokens.len() {
            if let Some(phrase) = self.longest_at(&lower[at..]) {
                out += &phrase.instead;
                at += phrase.tokens.len();
            } else {
                out += tokens[at];
                at += 1;
            }
        }
        out
    }

    fn longest_at(&self, rest: &[String]) -> Option<&Phrase> {
        let phrases = self.phrases.get(rest.first()?)?;
        let fitting = phrases.iter().filter(|&it| rest.starts_with(&it.tokens));
        fitting.max_by_key(|phrase| phrase.tokens.len())
    }
}

/// A text in words, and what stands between them letter by letter.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = if first.is_alphanumeric() {
            rest.find(|letter: char| !letter.is_alphanumeric())
                .unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(end);
        rest = after;
        Some(token)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, scrubbed: &str) {
        let mut scrub = Scrub::default();
        scrub.hide("jo", "N");
        scrub.hide("Jo.Doe@mail.example", "M");
        scrub.hide("+33 1", "P");
        let domain = "xn--exmple-cua.example".parse().expect("a name");
        scrub.hide_domain(&domain, "D");
        assert_eq!(scrub.scrubbed(text), scrubbed);
    }

    #[test]
    fn whole_words_in_any_case() {
        check("the joint of JO, jo-anne", "the joint of N, N-anne");
        check(
            "by jo.doe@MAIL.example and jo@mail.example",
            "by M and N@mail.example",
        );
        check("call +33 1, not +33 12", "call P, not +33 12");
        check("", "");
    }

    #[test]
    fn defanged_and_in_unicode() {
        check("Jo[.]Doe@mail[.]example?", "M?");
        check("xn--exmple-cua[.]example", "D");
        check("see exämple.example and Exämple[.]example", "see D and D");
    }
}
