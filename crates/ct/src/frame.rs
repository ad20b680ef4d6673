//! Reading and writing vectors with their length before them (RFC 5246 §4.3).

use crate::fault::{CtFault, Part};

/// Bytes that are taken from the front. Lengths are checked against what is there before anything is touched, so a
/// length that lies costs nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'a> {
    bytes: &'a [u8],
    at: usize,
    part: Part,
}

impl<'a> Frame<'a> {
    pub(crate) fn new(bytes: &'a [u8], part: Part) -> Self {
        Self { bytes, at: 0, part }
    }

    /// How many bytes were taken.
    #[inline]
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.at == self.bytes.len()
    }

    /// What was taken since `from`, which [`Self::at`] told.
    #[inline]
    pub(crate) fn since(&self, from: usize) -> &'a [u8] {
        &self.bytes[from..self.at]
    }

    #[inline]
    pub(crate) fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], CtFault> {
        let array = self.bytes[self.at..]
            .first_chunk()
            .ok_or(self.truncated())?;
        self.at += N;
        Ok(array)
    }

    #[inline]
    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8], CtFault> {
        let taken = self.bytes[self.at..]
            .get(..length)
            .ok_or(self.truncated())?;
        self.at += length;
        Ok(taken)
    }

    /// `opaque<0..2^16-1>`.
    #[inline]
    pub(crate) fn opaque16(&mut self) -> Result<&'a [u8], CtFault> {
        let length = u16::from_be_bytes(*self.array()?);
        self.take(length.into())
    }

    /// `opaque<0..2^24-1>`.
    #[inline]
    pub(crate) fn opaque24(&mut self) -> Result<&'a [u8], CtFault> {
        let &[a, b, c] = self.array()?;
        self.take(u32::from_be_bytes([0, a, b, c]) as usize)
    }

    /// Each `opaque<0..2^24-1>`, as far as they go.
    pub(crate) fn all24(mut self) -> impl Iterator<Item = &'a [u8]> {
        std::iter::from_fn(move || self.opaque24().ok())
    }

    /// Nothing may be left.
    pub(crate) fn finish(&self) -> Result<(), CtFault> {
        if self.is_empty() {
            return Ok(());
        }
        Err(CtFault::PeerWrongSize {
            part: self.part,
            want: self.at as u64,
            got: self.bytes.len() as u64,
        })
    }

    fn truncated(&self) -> CtFault {
        CtFault::PeerTruncated {
            part: self.part,
            size: self.bytes.len(),
        }
    }
}

/// Appends `opaque<0..2^16-1>`.
pub(crate) fn push16(out: &mut Vec<u8>, bytes: &[u8], part: Part) -> Result<(), CtFault> {
    let length = u16::try_from(bytes.len()).map_err(|_| oversized(bytes.len(), part, 16))?;
    out.extend(length.to_be_bytes());
    out.extend(bytes);
    Ok(())
}

/// Appends `opaque<0..2^24-1>`.
pub(crate) fn push24(out: &mut Vec<u8>, bytes: &[u8], part: Part) -> Result<(), CtFault> {
    let length = u32::try_from(bytes.len())
        .ok()
        .filter(|&length| length < 1 << 24);
    let [_, length @ ..] = length
        .ok_or_else(|| oversized(bytes.len(), part, 24))?
        .to_be_bytes();
    out.extend(length);
    out.extend(bytes);
    Ok(())
}

fn oversized(size: usize, part: Part, bits: u32) -> CtFault {
    CtFault::PeerOversized {
        part,
        size: size as u64,
        limit: (1 << bits) - 1,
    }
}
