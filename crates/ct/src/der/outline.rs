//! A certificate by its places (RFC 5280 §4.1): what stands where, without looking into it.

use super::{Broken, Damage, Element, Reader, header, tag};
use crate::certificate::Form;

/// The fields of a `TBSCertificate`, as far as they could be told apart.
///
/// A field is missing where the reader did not get that far; `broken` says why. `extensions` may be missing rightly.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    /// Where the contents of the `TBSCertificate` begin.
    pub(crate) from: usize,
    /// Where they end; 0 if that was not reached.
    pub(crate) end: usize,
    pub(crate) serial: Option<Element>,
    pub(crate) signature: Option<Element>,
    pub(crate) issuer: Option<Element>,
    pub(crate) validity: Option<Element>,
    pub(crate) subject: Option<Element>,
    pub(crate) key: Option<Element>,
    pub(crate) extensions: Option<Extensions>,
    /// The first damage.
    pub(crate) broken: Option<Broken>,
}

/// The extensions of a certificate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extensions {
    /// The `[3]` around the list.
    pub(crate) tagged: Element,
    /// The list.
    pub(crate) list: Element,
}

const VERSION: u8 = 0xa0;
const ISSUER_UNIQUE_ID: u8 = 0x81;
const SUBJECT_UNIQUE_ID: u8 = 0x82;

impl Outline {
    /// Reads field after field, until one is not what belongs there.
    #[inline]
    pub(crate) fn read(bytes: &[u8], form: Form) -> Self {
        let mut outline = Self::default();
        if let Err(broken) = outline.walk(bytes, form) {
            outline.broken.get_or_insert(broken);
        }
        outline
    }

    #[inline]
    fn walk(&mut self, bytes: &[u8], form: Form) -> Result<(), Broken> {
        let mut at = 0;
        if form == Form::Certificate {
            let end;
            (at, end) = self.open(bytes, at)?;
            self.hold(end == bytes.len(), 0);
        }
        let tbs_at = at;
        let (from, tbs_end) = self.open(bytes, at)?;
        self.from = from;
        // Lengths of the two outermost may lie: what is inside says itself where it ends.
        let mut reader = Reader::new(bytes);
        reader.skip_to(from);
        reader.optional(VERSION)?;
        self.serial = Some(reader.expect(tag::INTEGER)?);
        self.signature = Some(reader.expect(tag::SEQUENCE)?);
        self.issuer = Some(reader.expect(tag::SEQUENCE)?);
        self.validity = Some(reader.expect(tag::SEQUENCE)?);
        self.subject = Some(reader.expect(tag::SEQUENCE)?);
        self.key = Some(reader.expect(tag::SEQUENCE)?);
        reader.optional(ISSUER_UNIQUE_ID)?;
        reader.optional(SUBJECT_UNIQUE_ID)?;
        if let Some(tagged) = reader.optional(tag::EXTENSIONS)? {
            let mut inside = tagged.inside(bytes);
            let list = inside.expect(tag::SEQUENCE)?;
            inside.done()?;
            self.extensions = Some(Extensions { tagged, list });
        }
        self.end = reader.at();
        self.hold(self.end == tbs_end, tbs_at);
        if form == Form::Tbs {
            reader.done()?;
        }
        Ok(())
    }

    /// Where the contents of a sequence begin, and where it says that they end.
    #[inline]
    fn open(&mut self, bytes: &[u8], at: usize) -> Result<(usize, usize), Broken> {
        let (tag, from, length) = header(bytes, at)?;
        if tag != tag::SEQUENCE {
            let damage = Damage::Type;
            self.broken.get_or_insert(Broken { damage, at });
        }
        Ok((from, from + length))
    }

    /// Notes that a sequence does not end where its contents do, and goes on.
    #[inline]
    fn hold(&mut self, ends_together: bool, at: usize) {
        if !ends_together {
            let damage = Damage::Ends;
            self.broken.get_or_insert(Broken { damage, at });
        }
    }
}

/// One extension (RFC 5280 §4.2).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extension<'a> {
    /// All of it.
    pub(crate) element: Element,
    /// The contents of its object identifier.
    pub(crate) oid: &'a [u8],
    /// What the `OCTET STRING` holds.
    pub(crate) value: Element,
}

/// The next extension of a list; `None` at its end.
#[inline]
pub(crate) fn extension<'a>(
    reader: &mut Reader<'_>,
    bytes: &'a [u8],
) -> Result<Option<Extension<'a>>, Broken> {
    if reader.is_done() {
        return Ok(None);
    }
    let element = reader.expect(tag::SEQUENCE)?;
    let mut inside = element.inside(bytes);
    let oid = inside.expect(tag::OID)?.contents(bytes);
    let mut value = inside.any()?;
    if value.tag == tag::BOOLEAN {
        value = inside.any()?;
    }
    if value.tag != tag::OCTET_STRING {
        let (damage, at) = (Damage::Type, value.at);
        return Err(Broken { damage, at });
    }
    inside.done()?;
    Ok(Some(Extension {
        element,
        oid,
        value,
    }))
}

/// Tells each attribute of a distinguished name (RFC 5280 §4.1.2.4), a list of sets: the contents of its object
/// identifier, and its value.
#[inline]
pub(crate) fn attributes<'a>(
    bytes: &'a [u8],
    name: Element,
    mut tell: impl FnMut(&'a [u8], Element),
) -> Result<(), Broken> {
    let mut sets = name.inside(bytes);
    while !sets.is_done() {
        let mut set = sets.expect(tag::SET)?.inside(bytes);
        while !set.is_done() {
            let mut attribute = set.expect(tag::SEQUENCE)?.inside(bytes);
            let oid = attribute.expect(tag::OID)?.contents(bytes);
            let value = attribute.any()?;
            attribute.done()?;
            tell(oid, value);
        }
    }
    Ok(())
}
