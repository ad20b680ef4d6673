//! The tokens of a page, as many as it has tags and texts, and no larger than they are.
//!
//! The tokenizer's own tokens tell each error of the page, too, and there may be one for each of its bytes.

use std::collections::BTreeMap;
use std::mem::take;

use html5gum::emitters::callback::{Callback, CallbackEmitter, CallbackEvent};
use html5gum::{EndTag, HtmlString, Span, Spanned, StartTag, Token, Tokenizer};

/// How many attributes of a tag are read.
const MAX_ATTRIBUTES: usize = 256;

/// Tags and texts, in order.
pub(super) fn tokens(html: &str) -> impl Iterator<Item = Token> {
    let mut emitter = CallbackEmitter::new(Kept::default());
    // Scripts and titles hold no tags.
    emitter.naively_switch_states(true);
    let tokens = Tokenizer::new_with_emitter(html, emitter);
    tokens.map(|token| token.unwrap_or_else(|never| match never {}))
}

/// The tag that is being read.
#[derive(Default)]
struct Kept {
    name: HtmlString,
    attributes: BTreeMap<HtmlString, Spanned<HtmlString, ()>>,
    /// The attribute whose value comes next; none where it is not kept.
    attribute: Option<HtmlString>,
}

impl Callback<Token, ()> for Kept {
    fn handle_event(&mut self, event: CallbackEvent<'_>, span: Span<()>) -> Option<Token> {
        let owned = |bytes: &[u8]| HtmlString::from(bytes.to_vec());
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.name = owned(name);
                self.attributes.clear();
                None
            }
            CallbackEvent::AttributeName { name } => {
                let name = owned(name);
                let room = self.attributes.len() < MAX_ATTRIBUTES;
                // Of two with one name the first counts (HTML §13.2.5.33).
                let kept = room && !self.attributes.contains_key(&name);
                if kept {
                    self.attributes.insert(name.clone(), Spanned::default());
                }
                self.attribute = kept.then_some(name);
                None
            }
            CallbackEvent::AttributeValue { value } => {
                let name = self.attribute.take()?;
                self.attributes.get_mut(&name)?.extend(value);
                None
            }
            CallbackEvent::CloseStartTag { self_closing } => Some(Token::StartTag(StartTag {
                self_closing,
                name: take(&mut self.name),
                attributes: take(&mut self.attributes),
                span,
            })),
            CallbackEvent::EndTag { name } => {
                self.attributes.clear();
                let name = owned(name);
                Some(Token::EndTag(EndTag { name, span }))
            }
            CallbackEvent::String { value } => {
                let value = owned(value);
                Some(Token::String(Spanned { value, span }))
            }
            CallbackEvent::Comment { .. }
            | CallbackEvent::Doctype { .. }
            | CallbackEvent::Error(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expected: &[&str]) {
        let told = tokens(html).map(|token| match token {
            Token::StartTag(tag) => {
                let attributes = tag.attributes.iter().map(|(name, value)| {
                    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                    format!(" {}={}", text(name), text(value))
                });
                let attributes: Vec<String> = attributes.collect();
                let name = String::from_utf8_lossy(&tag.name);
                format!("<{name}{}>", attributes.concat())
            }
            Token::EndTag(tag) => format!("</{}>", String::from_utf8_lossy(&tag.name)),
            Token::String(text) => String::from_utf8_lossy(&text).into_owned(),
            other => format!("{other:?}"),
        });
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn tags_and_texts() {
        check(
            "<!doctype html><!-- x --><p a=1 B='2' a=3 c>one</p x=1><title><b></title>",
            &[
                "<p a=1 b=2 c=>",
                "one",
                "</p>",
                "<title>",
                "<b>",
                "</title>",
            ],
        );
    }

    #[test]
    fn errors_and_attributes_without_end() {
        assert_eq!(tokens(&"\0".repeat(100_000)).count(), 1);
        assert_eq!(tokens(&"\u{1}".repeat(100_000)).count(), 1);
        let names: Vec<String> = (0..1000).map(|name| format!(" a{name}")).collect();
        let many = format!("<p{}{}>", names.concat(), names.concat());
        let Some(Token::StartTag(tag)) = tokens(&many).next() else {
            panic!("it is a tag")
        };
        assert_eq!(tag.attributes.len(), MAX_ATTRIBUTES);
    }
}
