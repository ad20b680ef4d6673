//! Colour, where it is wanted.

use clap::ValueEnum;
use std::io::IsTerminal;

/// When to use colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Whether to colour what goes to `stream`.
    pub(crate) fn on(self, stream: &impl IsTerminal) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => {
                let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
                stream.is_terminal() && !refused && !dumb
            }
        }
    }

    /// The paint for what goes to `stream`.
    pub(crate) fn paint(self, stream: &impl IsTerminal) -> Paint {
        Paint {
            on: self.on(stream),
        }
    }
}

/// What a stretch of text means to the eye.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Ink {
    /// Nothing special.
    #[default]
    Plain,
    /// Beside the point.
    Faint,
    /// A heading.
    Strong,
    /// Look here today.
    Alert,
    /// Keep an eye on it.
    Watch,
    /// In order.
    Good,
}

impl Ink {
    /// SGR parameters (ECMA-48 §8.3.117).
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "0",
            Self::Faint => "2",
            Self::Strong => "1",
            Self::Alert => "1;31",
            Self::Watch => "33",
            Self::Good => "32",
        }
    }
}

/// Puts ink on text, or not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Paint {
    on: bool,
}

impl Paint {
    /// Leaves all text as it is.
    #[cfg(test)]
    pub(crate) const OFF: Self = Self { on: false };

    /// `text` in `ink`.
    pub(crate) fn text(self, ink: Ink, text: &str) -> String {
        if self.on && ink != Ink::Plain && !text.is_empty() {
            format!("\u{1b}[{}m{text}\u{1b}[0m", ink.code())
        } else {
            text.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_put_on_only_when_asked() {
        assert_eq!(
            Color::Always
                .paint(&std::io::stdout())
                .text(Ink::Watch, "a"),
            "\u{1b}[33ma\u{1b}[0m"
        );
        assert_eq!(
            Color::Never.paint(&std::io::stdout()).text(Ink::Watch, "a"),
            "a"
        );
        assert_eq!(
            Color::Always
                .paint(&std::io::stdout())
                .text(Ink::Plain, "a"),
            "a"
        );
    }
}
