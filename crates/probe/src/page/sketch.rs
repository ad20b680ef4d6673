//! HTML to what matters of it, in one pass over its tokens.
//!
//! No tree is built: what a page asks for and where it leads stands in its tags, and a tokenizer takes time and memory in proportion
//! to the text, however deep its tags lie.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use html5gum::{HtmlString, StartTag, Token};

use super::tokens::tokens;
use crate::text;

/// How much of a page is read.
pub(super) const MAX_BYTES: usize = 2 << 20;
/// Where a page may name its encoding (HTML §13.2.3.2).
const PRESCAN: usize = 1_024;
/// How many links, forms and fields are kept, each; of words and tags ten times as many.
const MAX_EACH: usize = 4_096;
/// Characters of a form's own text.
const MAX_FORM_TEXT: usize = 1_000;

/// What matters of a page.
#[derive(Default)]
pub(super) struct Sketch {
    pub(super) title: Option<String>,
    pub(super) language: Option<String>,
    /// The address that relative ones start from.
    pub(super) base: Option<String>,
    pub(super) forms: Vec<RawForm>,
    pub(super) links: Vec<Link>,
    /// The texts of scripts, one after the other.
    pub(super) scripts: String,
    /// The visible words in lower case.
    pub(super) words: Vec<String>,
    /// The names of the tags in order.
    pub(super) tags: Vec<HtmlString>,
    /// `content` of `<meta http-equiv=refresh>`.
    pub(super) refresh: Option<String>,
    /// `content` of `<meta name=robots>`.
    pub(super) robots: Option<String>,
    /// The address of the icon.
    pub(super) icon: Option<String>,
}

/// An address in the page.
pub(super) struct Link {
    pub(super) url: String,
    /// It is loaded with the page, and no place to go to.
    pub(super) loaded: bool,
}

/// A form, or the fields that stand in none.
#[derive(Default)]
pub(super) struct RawForm {
    pub(super) action: String,
    pub(super) fields: Vec<Field>,
    /// Its text, and what it is called, in lower case.
    pub(super) text: String,
}

/// A field that takes text.
pub(super) struct Field {
    /// `type`, in lower case; `text` where there is none.
    pub(super) kind: String,
    /// All that it is called: `name`, `id`, `autocomplete`, `placeholder`, `aria-label`; in lower case.
    pub(super) called: String,
}

impl Sketch {
    /// Reads a page; `content_type` is the header. At most 2 MiB are read.
    pub(super) fn of(body: &[u8], content_type: Option<&str>) -> Self {
        let html = decoded(&body[..body.len().min(MAX_BYTES)], content_type);
        let mut reader = Reader::default();
        for token in tokens(&html) {
            match token {
                Token::StartTag(tag) => reader.start(&tag),
                Token::EndTag(tag) => reader.end(&tag.name),
                Token::String(text) => reader.text(&String::from_utf8_lossy(&text)),
                _ => {}
            }
        }
        reader.finish()
    }
}

#[derive(Default)]
struct Reader {
    sketch: Sketch,
    /// The element whose text is not shown.
    inside: Option<Hidden>,
    /// The form that is open.
    form: Option<RawForm>,
    /// Fields in no form.
    loose: RawForm,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hidden {
    Title,
    Script,
    Other,
}

impl Reader {
    fn start(&mut self, tag: &StartTag<()>) {
        let name: &[u8] = &tag.name;
        if self.sketch.tags.len() < 10 * MAX_EACH {
            self.sketch.tags.push(tag.name.clone());
        }
        match name {
            b"html" => {
                self.sketch.language = attribute(tag, "lang").and_then(|lang| text::tidy(&lang));
            }
            b"title" => self.inside = Some(Hidden::Title),
            b"script" => {
                self.link(tag, "src", true);
                self.inside = Some(Hidden::Script);
            }
            b"style" | b"template" | b"noscript" => self.inside = Some(Hidden::Other),
            b"base" => {
                self.sketch.base = self.sketch.base.take().or_else(|| attribute(tag, "href"));
            }
            b"meta" => self.meta(tag),
            b"link" => self.head_link(tag),
            b"a" | b"area" => self.link(tag, "href", false),
            b"img" | b"iframe" | b"frame" | b"embed" | b"source" | b"video" | b"audio"
            | b"track" => {
                self.link(tag, "src", true);
            }
            b"object" => self.link(tag, "data", true),
            b"form" => self.open_form(tag),
            b"input" | b"textarea" => self.field(tag),
            b"button" => self.button(tag),
            _ => {}
        }
    }

    fn end(&mut self, name: &[u8]) {
        match name {
            b"title" | b"script" | b"style" | b"template" | b"noscript" => self.inside = None,
            b"form" => self.close_form(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        match self.inside {
            Some(Hidden::Title) => {
                self.sketch.title = self.sketch.title.take().or_else(|| text::tidy(text));
            }
            Some(Hidden::Script) => {
                self.sketch.scripts.push_str(text);
                self.sketch.scripts.push('\n');
            }
            Some(Hidden::Other) => {}
            None => {
                if let Some(form) = &mut self.form {
                    form.say(text);
                }
                let room = (10 * MAX_EACH).saturating_sub(self.sketch.words.len());
                let words = text
                    .split(|letter: char| !letter.is_alphanumeric())
                    .filter(|word| !word.is_empty());
                self.sketch
                    .words
                    .extend(words.take(room).map(str::to_lowercase));
            }
        }
    }

    fn meta(&mut self, tag: &StartTag<()>) {
        let (equiv, name) = (lower(tag, "http-equiv"), lower(tag, "name"));
        if equiv == "refresh" {
            self.sketch.refresh = attribute(tag, "content");
        } else if name == "robots" {
            self.sketch.robots = attribute(tag, "content");
        }
    }

    fn head_link(&mut self, tag: &StartTag<()>) {
        let rel = lower(tag, "rel");
        let is = |word: &str| rel.split_whitespace().any(|one| one == word);
        if is("icon") {
            self.sketch.icon = self.sketch.icon.take().or_else(|| attribute(tag, "href"));
        }
        let loaded = [
            "icon",
            "stylesheet",
            "preload",
            "modulepreload",
            "apple-touch-icon",
        ];
        self.link(tag, "href", loaded.into_iter().any(is));
    }

    fn link(&mut self, tag: &StartTag<()>, key: &str, loaded: bool) {
        if let Some(url) = attribute(tag, key)
            && self.sketch.links.len() < MAX_EACH
        {
            self.sketch.links.push(Link { url, loaded });
        }
    }

    fn open_form(&mut self, tag: &StartTag<()>) {
        // Forms do not lie in each other.
        self.close_form();
        let mut form = RawForm {
            action: attribute(tag, "action").unwrap_or_default(),
            ..RawForm::default()
        };
        for key in ["id", "name", "class", "action"] {
            form.say(&lower(tag, key));
        }
        self.form = Some(form);
    }

    fn close_form(&mut self) {
        if let Some(form) = self.form.take()
            && self.sketch.forms.len() < MAX_EACH
        {
            self.sketch.forms.push(form);
        }
    }

    fn field(&mut self, tag: &StartTag<()>) {
        let kind = match lower(tag, "type") {
            kind if kind.is_empty() => "text".to_owned(),
            kind => kind,
        };
        if matches!(kind.as_str(), "submit" | "button" | "image") {
            return self.button(tag);
        }
        if matches!(
            kind.as_str(),
            "hidden" | "checkbox" | "radio" | "reset" | "file"
        ) {
            return;
        }
        let keys = ["name", "id", "autocomplete", "placeholder", "aria-label"];
        let called = keys.map(|key| lower(tag, key)).join(" ");
        let form = self.form.as_mut().unwrap_or(&mut self.loose);
        if form.fields.len() < MAX_EACH {
            form.fields.push(Field { kind, called });
        }
    }

    fn button(&mut self, tag: &StartTag<()>) {
        let action = attribute(tag, "formaction");
        if let Some(form) = &mut self.form {
            form.say(&lower(tag, "value"));
            if let Some(action) = action {
                form.action = action;
            }
        }
    }

    fn finish(mut self) -> Sketch {
        self.close_form();
        if !self.loose.fields.is_empty() {
            self.sketch.forms.push(self.loose);
        }
        self.sketch
    }
}

impl RawForm {
    fn say(&mut self, text: &str) {
        if self.text.len() < MAX_FORM_TEXT {
            let more: String = text.chars().take(MAX_FORM_TEXT).collect();
            self.text.push_str(more.to_lowercase().trim());
            self.text.push(' ');
        }
    }
}

fn attribute(tag: &StartTag<()>, key: &str) -> Option<String> {
    let value = tag.attributes.get(key.as_bytes())?;
    Some(String::from_utf8_lossy(value).trim().to_owned())
}

fn lower(tag: &StartTag<()>, key: &str) -> String {
    attribute(tag, key).unwrap_or_default().to_lowercase()
}

/// The text of a page by its byte order mark, the header, or its first lines; else UTF-8 if it is, or Windows-1252.
pub(super) fn decoded<'b>(body: &'b [u8], content_type: Option<&str>) -> Cow<'b, str> {
    let head = &body[..body.len().min(PRESCAN)];
    let named = content_type
        .and_then(|header| charset(header.as_bytes()))
        .or_else(|| charset(head));
    let encoding = named.unwrap_or_else(|| match std::str::from_utf8(body) {
        Err(fault) if fault.error_len().is_some() => WINDOWS_1252,
        _ => UTF_8,
    });
    encoding.decode(body).0
}

/// What stands behind `charset=`.
fn charset(bytes: &[u8]) -> Option<&'static Encoding> {
    const KEY: &[u8] = b"charset=";
    let at = bytes
        .windows(KEY.len())
        .position(|window| window.eq_ignore_ascii_case(KEY))?;
    let rest = bytes[at + KEY.len()..].trim_ascii_start();
    let rest = rest
        .strip_prefix(b"\"")
        .or_else(|| rest.strip_prefix(b"'"))
        .unwrap_or(rest);
    let end = rest
        .iter()
        .position(|byte| !byte.is_ascii_alphanumeric() && !b"-_:.".contains(byte));
    Encoding::for_label(&rest[..end.unwrap_or(rest.len())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pass() {
        let sketch = Sketch::of(
            b"<html lang=fr><title>Bonjour &amp; bienvenue</title><base href=/a/><link rel='shortcut icon' href=i.ico>\
              <script src=s.js></script><script>if (a<b) go('<form>')</script><form action=post.php id=login>\
              <input name=user placeholder=Mail><input type=password><input type=submit value='Se connecter'></form>\
              <p>Bonjour <b>tous</b></p><input type=search>",
            None,
        );
        assert_eq!(sketch.title.as_deref(), Some("Bonjour & bienvenue"));
        assert_eq!(sketch.language.as_deref(), Some("fr"));
        assert_eq!(
            (sketch.base.as_deref(), sketch.icon.as_deref()),
            (Some("/a/"), Some("i.ico"))
        );
        assert_eq!(sketch.words, ["bonjour", "tous"]);
        assert_eq!(sketch.scripts, "if (a<b) go('<form>')\n");
        assert_eq!(sketch.forms.len(), 2);
        assert_eq!(sketch.forms[0].fields.len(), 2);
        assert_eq!(
            sketch.forms[0].text.trim(),
            "login  post.php se connecter".replace("  ", "   ")
        );
    }

    #[test]
    fn encodings() {
        assert_eq!(decoded(b"caf\xe9!", None), "café!");
        assert_eq!(decoded("café".as_bytes(), None), "café");
        assert_eq!(
            decoded(
                b"\xcf\xf0\xe8\xe2\xe5\xf2",
                Some("text/html; charset=windows-1251")
            ),
            "Привет"
        );
        assert_eq!(
            decoded(b"<meta charset=\"koi8-r\">\xf0", None),
            "<meta charset=\"koi8-r\">П"
        );
    }

    #[test]
    fn hostile_pages_are_bounded() {
        let deep = "<div>".repeat(400_000);
        assert_eq!(Sketch::of(deep.as_bytes(), None).tags.len(), 10 * MAX_EACH);
        let forms = "<form><input>".repeat(100_000);
        let sketch = Sketch::of(forms.as_bytes(), None);
        assert_eq!(sketch.forms.len(), MAX_EACH);
        Sketch::of(b"<a href=\"", None);
        Sketch::of(&[0xff; 1000], Some("text/html; charset=utf-16"));
    }
}
