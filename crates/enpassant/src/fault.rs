//! Faults, told to people: one line, and the line of the file where a user wrote it.

use crate::output::escaped_line;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource};
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Something wrong in a text that a user wrote.
#[derive(Debug)]
pub(crate) struct TextFault {
    path: PathBuf,
    text: String,
    message: String,
    span: Option<Range<usize>>,
}

impl TextFault {
    /// `span` is a range of bytes of `text`.
    pub(crate) fn new(path: &Path, text: &str, message: &str, span: Option<Range<usize>>) -> Self {
        Self {
            path: path.to_owned(),
            text: harmless(text),
            // The parser's own messages may have several lines.
            message: message.replace('\n', "; "),
            span,
        }
    }

    /// The line with the place marked; nothing where no place is known.
    fn shown(&self, color: bool) -> String {
        let mut diagnostic = MietteDiagnostic::new(escaped_line(&self.message));
        if let Some(Range { start, end }) = self.span {
            let end = end.min(self.text.len());
            diagnostic = diagnostic.with_label(LabeledSpan::at(start.min(end)..end, "here"));
        }
        let name = escaped_line(&self.path.display().to_string());
        let report = miette::Report::new(diagnostic)
            .with_source_code(NamedSource::new(name, self.text.clone()));
        let theme = if color {
            GraphicalTheme::unicode()
        } else {
            GraphicalTheme::unicode_nocolor()
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_links(false)
            .with_context_lines(1);
        let mut shown = String::new();
        handler
            .render_report(&mut shown, report.as_ref())
            .expect("a String takes everything, and the span lies in the text");
        // The message stands above, on one line; what is wanted here begins with the frame.
        shown
            .split_inclusive('\n')
            .skip_while(|line| !line.contains('╭'))
            .collect()
    }
}

impl fmt::Display for TextFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.message)
    }
}

impl std::error::Error for TextFault {}

/// An error as it goes to standard error, with its line end.
pub(crate) fn told(error: &anyhow::Error, color: bool) -> String {
    if let Some(fault) = error.downcast_ref::<TextFault>() {
        let line = escaped_line(&fault.to_string());
        return format!("error: {line}\n{}", fault.shown(color));
    }
    format!("error: {}\n", escaped_line(&causes(error)))
}

/// The error with its causes; one that the error before it has told already is not told again.
fn causes(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}

/// The text with each control character that a terminal would obey as one `?` of its own length in bytes.
fn harmless(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let acts = c.is_control() && c != '\n' && c != '\t';
            let (shown, times) = if acts { ('?', c.len_utf8()) } else { (c, 1) };
            std::iter::repeat_n(shown, times)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;

    #[test]
    fn causes_are_told_once() {
        let error = anyhow::anyhow!("no such file")
            .context("cannot open a: no such file")
            .context("the ledger");
        assert_eq!(causes(&error), "the ledger: cannot open a: no such file");
        let plain: anyhow::Result<()> = Err(error).context("once");
        let told = plain.map_err(|error| causes(&error));
        assert_eq!(
            told,
            Err("once: the ledger: cannot open a: no such file".to_owned())
        );
    }

    #[test]
    fn a_fault_shows_its_line_and_obeys_no_escape() {
        let text = "id = \"a\"\ndomans\u{1b}\u{85} = []\n";
        let fault = TextFault::new(Path::new("w.toml"), text, "no key `domans`", Some(9..15));
        let told = told(&fault.into(), false);
        assert!(
            told.starts_with("error: w.toml: no key `domans`\n"),
            "{told}"
        );
        assert!(
            told.contains("domans??? = []") && told.contains("w.toml:2:1"),
            "{told}"
        );
        assert!(!told.contains('\u{1b}'));
    }

    #[test]
    fn a_fault_at_the_end_has_a_place_too() {
        for text in ["", "a =", "a =\n", "é"] {
            let end = text.len();
            for span in [end..end, end..end + 1, end + 5..end + 9] {
                let fault = TextFault::new(Path::new("w.toml"), text, "two\nlines", Some(span));
                let told = told(&fault.into(), false);
                assert!(told.starts_with("error: w.toml: two; lines\n"), "{told}");
            }
        }
    }

    #[test]
    fn other_errors_are_one_line() {
        let error = anyhow::anyhow!("cannot\nopen").context("the state file");
        assert_eq!(
            told(&error, false),
            "error: the state file: cannot\\u{a}open\n"
        );
    }
}
