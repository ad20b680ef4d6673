//! What a server's hello looks like, to compare servers with.
//!
//! The hello comes before anything is encrypted, and what a server picks from the same offer tells its software and
//! settings. It is written as JA3S does before it hashes: version, cipher suite, and the extensions in their order, all
//! in decimal, such as `771,4865,51-43`.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// As much of the beginning as a hello may take.
const HEAD_LIMIT: usize = 4096;

/// A stream whose first bytes from the other side are remembered.
pub(crate) struct Remembering<S> {
    inner: S,
    head: Vec<u8>,
}

impl<S> Remembering<S> {
    pub(super) fn new(inner: S) -> Self {
        Remembering {
            inner,
            head: Vec::new(),
        }
    }

    /// What the hello looks like, if one came whole in the first record.
    pub(super) fn fingerprint(&self) -> Option<String> {
        fingerprint(&self.head)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Remembering<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buffer))?;
        let room = HEAD_LIMIT - self.head.len();
        let came = &buffer.filled()[before..];
        self.head.extend_from_slice(&came[..came.len().min(room)]);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Remembering<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// Reads a handshake record (RFC 8446 §5.1) that begins with a server's hello (RFC 8446 §4.1.3, RFC 5246 §7.4.1.3).
fn fingerprint(bytes: &[u8]) -> Option<String> {
    let mut record = Reader(bytes);
    if record.number(1)? != 22 {
        return None;
    }
    record.take(2)?;
    let length = record.number(2)?;
    let mut message = Reader(record.take(length)?);
    if message.number(1)? != 2 {
        return None;
    }
    let length = message.number(3)?;
    let mut hello = Reader(message.take(length)?);
    let version = hello.number(2)?;
    hello.take(32)?;
    let session = hello.number(1)?;
    hello.take(session)?;
    let cipher = hello.number(2)?;
    hello.take(1)?;
    let mut extensions = Vec::new();
    // TLS 1.2 may leave the extensions out.
    if let Some(length) = hello.number(2) {
        let mut list = Reader(hello.take(length)?);
        while let Some(kind) = list.number(2) {
            let length = list.number(2)?;
            list.take(length)?;
            extensions.push(kind.to_string());
        }
    }
    Some(format!("{version},{cipher},{}", extensions.join("-")))
}

/// Bytes that are left.
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// A number of at most three bytes.
    fn number(&mut self, bytes: usize) -> Option<usize> {
        let taken = self.take(bytes)?;
        Some(
            taken
                .iter()
                .fold(0, |number, &byte| number << 8 | usize::from(byte)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hello of TLS 1.2 with these extensions, each empty; none at all where there are none.
    fn hello(extensions: &[u16]) -> Vec<u8> {
        let list: Vec<u8> = extensions
            .iter()
            .flat_map(|kind| [kind.to_be_bytes(), [0, 0]].concat())
            .collect();
        let mut body = [&[3, 3][..], &[7; 32], &[1, 9], &[0xc0, 0x2f], &[0]].concat();
        if !list.is_empty() {
            body.extend((list.len() as u16).to_be_bytes());
            body.extend(list);
        }
        let message = [&[2, 0, 0, body.len() as u8][..], &body].concat();
        [&[22, 3, 3, 0, message.len() as u8][..], &message].concat()
    }

    #[track_caller]
    fn check(bytes: &[u8], expected: Option<&str>) {
        assert_eq!(fingerprint(bytes).as_deref(), expected);
    }

    #[test]
    fn hellos() {
        check(&hello(&[65281, 0, 11]), Some("771,49199,65281-0-11"));
        check(&hello(&[]), Some("771,49199,"));
        let mut more = hello(&[16]);
        more.extend([22, 3, 3, 0, 1, 11]);
        check(&more, Some("771,49199,16"));
    }

    #[test]
    fn what_is_no_hello() {
        let whole = hello(&[16]);
        for length in 0..whole.len() {
            check(&whole[..length], None);
        }
        check(b"SSH-2.0-x", None);
        check(&[21, 3, 3, 0, 2, 2, 40], None);
        let mut beyond = whole.clone();
        let last = beyond.len() - 1;
        beyond[last] = 9;
        check(&beyond, None);
    }
}
