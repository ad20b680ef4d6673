//! Owner names: escapes, the origin, and what lies below what.

use crate::reject::RejectReason;

/// What relative names are completed with (RFC 1035 §5.1); unknown until stated.
#[derive(Default)]
pub(super) struct Origin(Option<Vec<u8>>);

impl Origin {
    /// The origin without its last dot; the root is empty.
    pub(super) fn name(&self) -> Option<&[u8]> {
        self.0.as_deref()
    }

    /// Takes the argument of `$ORIGIN`, which may itself be relative.
    pub(super) fn set(&mut self, token: &[u8]) -> Result<(), RejectReason> {
        /// RFC 1035 §2.3.4, as text.
        const MAX_NAME: usize = 253;
        let mut name = Vec::new();
        self.complete(token, &mut name)?;
        if name.len() > MAX_NAME {
            return Err(RejectReason::BadDirective);
        }
        self.0 = Some(name);
        Ok(())
    }

    /// Appends the absolute name that `token` stands for to `out`, without its last dot.
    pub(super) fn complete(&self, token: &[u8], out: &mut Vec<u8>) -> Result<(), RejectReason> {
        let origin = || self.name().ok_or(RejectReason::NoOrigin);
        match token {
            b"." => {}
            b"@" => out.extend_from_slice(origin()?),
            _ => {
                let absolute = unescape(token, out)?;
                if !absolute {
                    let origin = origin()?;
                    if !origin.is_empty() {
                        out.push(b'.');
                        out.extend_from_slice(origin);
                    }
                }
            }
        }
        Ok(())
    }
}

/// Whether the token is an absolute name that stands for itself: no escapes, a dot at its end, and more than that.
pub(super) fn is_absolute(token: &[u8]) -> bool {
    token.len() > 1 && token.ends_with(b".") && memchr::memchr(b'\\', token).is_none()
}

/// Whether `name` lies below `apex`, both absolute and without their last dot.
pub(super) fn is_below(name: &[u8], apex: &[u8]) -> bool {
    if apex.is_empty() {
        return !name.is_empty();
    }
    let Some(cut) = name.len().checked_sub(apex.len() + 1) else {
        return false;
    };
    name[cut] == b'.' && name[cut + 1..].eq_ignore_ascii_case(apex)
}

/// Appends the name without its last dot, and says whether there was one.
///
/// Escapes that only spell a printable ASCII character are undone. A dot or backslash inside a label, and anything
/// that is not printable, stay escaped: text has no other way to say them, and no host name has them.
fn unescape(token: &[u8], out: &mut Vec<u8>) -> Result<bool, RejectReason> {
    if memchr::memchr(b'\\', token).is_none() {
        let absolute = token.strip_suffix(b".");
        out.extend_from_slice(absolute.unwrap_or(token));
        return Ok(absolute.is_some());
    }
    let mut absolute = false;
    let mut rest = token;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        absolute = byte == b'.';
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let (spelled, after) = escape(rest)?;
        if spelled.is_ascii_graphic() && !matches!(spelled, b'.' | b'\\') {
            out.push(spelled);
        } else {
            out.push(b'\\');
            out.extend_from_slice(&rest[..rest.len() - after.len()]);
        }
        rest = after;
    }
    if absolute {
        out.pop();
    }
    Ok(absolute)
}

/// The byte that an escape spells, and what follows it; `rest` starts after the backslash.
pub(super) fn escape(rest: &[u8]) -> Result<(u8, &[u8]), RejectReason> {
    match rest {
        [
            a @ b'0'..=b'9',
            b @ b'0'..=b'9',
            c @ b'0'..=b'9',
            after @ ..,
        ] => {
            let value = [a, b, c]
                .into_iter()
                .fold(0_u16, |value, digit| value * 10 + u16::from(digit - b'0'));
            let byte = u8::try_from(value).map_err(|_| RejectReason::BadEscape)?;
            Ok((byte, after))
        }
        [] | [b'0'..=b'9', ..] => Err(RejectReason::BadEscape),
        [byte, after @ ..] => Ok((*byte, after)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(origin: &str, token: &str, want: Result<&str, RejectReason>) {
        let mut known = Origin::default();
        if !origin.is_empty() {
            known.set(origin.as_bytes()).expect("a good origin");
        }
        let mut out = Vec::new();
        let told = known
            .complete(token.as_bytes(), &mut out)
            .map(|()| String::from_utf8(out).expect("ASCII"));
        assert_eq!(told, want.map(str::to_owned), "{token} under {origin:?}");
    }

    #[test]
    fn completion() {
        check("", "a.example.", Ok("a.example"));
        check("example.", "a", Ok("a.example"));
        check("example.", "@", Ok("example"));
        check(".", "com", Ok("com"));
        check("example.", ".", Ok(""));
        check("", "a", Err(RejectReason::NoOrigin));
        check("", "@", Err(RejectReason::NoOrigin));
    }

    #[test]
    fn escapes() {
        check("", r"\095dmarc.a.", Ok("_dmarc.a"));
        check("", r"\e\x\a.", Ok("exa"));
        check("", r"a\.b.c.", Ok(r"a\.b.c"));
        check("", r"a\\.c.", Ok(r"a\\.c"));
        check("example.", r"a\.", Ok(r"a\..example"));
        check("", r"\000.a.", Ok(r"\000.a"));
        check("", r"\195\169.a.", Ok(r"\195\169.a"));
        for bad in [r"\256.a.", r"\12", r"\1a.b.", "a\\"] {
            check("", bad, Err(RejectReason::BadEscape));
        }
    }

    #[test]
    fn below() {
        assert!(is_below(b"a.EXAMPLE", b"example"));
        assert!(is_below(b"com", b""));
        for (name, apex) in [
            ("example", "example"),
            ("aexample", "example"),
            ("", ""),
            ("b.a", "a.b.a"),
        ] {
            assert!(!is_below(name.as_bytes(), apex.as_bytes()), "{name} {apex}");
        }
    }
}
