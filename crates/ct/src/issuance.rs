//! Precertificate and certificate of one issuance, known as one.

use sha2::{Digest, Sha256};

use crate::Hash;
use crate::certificate::Form;
use crate::der::outline::{Outline, extension};
use crate::der::{Broken, Element, Reader, encode_header, tag};
use crate::identifiers::{Kind, SUBJECT_ALT_NAME, identifiers};

/// 1.3.6.1.4.1.11129.2.4.2, the list of SCTs (RFC 6962 §3.3).
const SCT_LIST: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x04, 0x02];
/// 1.3.6.1.4.1.11129.2.4.3, the poison (RFC 6962 §3.1).
const POISON: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x04, 0x03];

/// The SHA-256 of what precertificate and certificate of one issuance have in common: the `TBSCertificate` without the
/// extensions that only one of them has, poison and list of SCTs, with lengths as DER writes them.
///
/// It is the same for the TBS in the leaf of a precertificate, which has no poison any more (RFC 6962 §3.2), for the
/// certificate, and for a submitted precertificate unless another key signed that (§3.1). Signatures do not
/// count. `None` where the structure is broken: then nothing can be said to be the same.
pub fn issuance(covered: &[u8], form: Form) -> Option<Hash> {
    let outline = Outline::read(covered, form);
    if outline.broken.is_some() {
        return None;
    }
    let mut kept = vec![];
    let mut fields_end = outline.end;
    if let Some(extensions) = outline.extensions {
        fields_end = extensions.tagged.at;
        let mut reader = extensions.list.inside(covered);
        while let Some(extension) = extension(&mut reader, covered).ok()? {
            if ![SCT_LIST, POISON].contains(&extension.oid) {
                kept.push(extension.element.whole(covered));
            }
        }
    }
    let fields = &covered[outline.from..fields_end];
    let list_length: usize = kept.iter().map(|extension| extension.len()).sum();
    let list = encode_header(tag::SEQUENCE, list_length);
    let tagged_length = list.as_ref().len() + list_length;
    let tagged = encode_header(tag::EXTENSIONS, tagged_length);
    let tail_length = if kept.is_empty() {
        0
    } else {
        tagged.as_ref().len() + tagged_length
    };
    let tbs = encode_header(tag::SEQUENCE, fields.len() + tail_length);

    let mut digest = Sha256::new();
    digest.update(tbs.as_ref());
    digest.update(fields);
    if !kept.is_empty() {
        digest.update(tagged.as_ref());
        digest.update(list.as_ref());
        for extension in kept {
            digest.update(extension);
        }
    }
    Some(digest.finalize().into())
}

/// Whether the names of two certificates differ: `covered`, the TBS in the leaf that a log has signed, and `submitted`,
/// the precertificate that came with it and that no hash covers.
///
/// They must be the same (RFC 6962 §3.1), whoever signed the precertificate. Damage in one only counts as a difference.
pub fn names_differ(covered: &[u8], submitted: &[u8]) -> bool {
    let ours = Outline::read(covered, Form::Tbs);
    let theirs = Outline::read(submitted, Form::Certificate);
    if let (None, None, Some(a), Some(b)) =
        (ours.broken, theirs.broken, ours.subject, theirs.subject)
        && a.contents(covered) == b.contents(submitted)
        && same_alternative_names(covered, &ours, submitted, &theirs)
    {
        return false;
    }
    let (ours, theirs) = (
        sorted(covered, Form::Tbs),
        sorted(submitted, Form::Certificate),
    );
    ours != theirs
}

/// Whether the two have the same `subjectAltName` extensions, octet for octet, in the same order.
fn same_alternative_names(a: &[u8], ours: &Outline, b: &[u8], theirs: &Outline) -> bool {
    let (Some(ours), Some(theirs)) = (ours.extensions, theirs.extensions) else {
        return false;
    };
    let next = |reader: &mut Reader<'_>, bytes| -> Result<Option<Element>, Broken> {
        while let Some(extension) = extension(reader, bytes)? {
            if extension.oid == SUBJECT_ALT_NAME {
                return Ok(Some(extension.value));
            }
        }
        Ok(None)
    };
    let (mut left, mut right) = (ours.list.inside(a), theirs.list.inside(b));
    loop {
        match (next(&mut left, a), next(&mut right, b)) {
            (Ok(None), Ok(None)) => return true,
            (Ok(Some(ours)), Ok(Some(theirs))) if ours.contents(a) == theirs.contents(b) => {}
            _ => return false,
        }
    }
}

/// All identifiers in order, each once, with whether they are all, and how many are too many.
fn sorted(bytes: &[u8], form: Form) -> (Vec<(Kind, Vec<u8>)>, bool, u32) {
    let mut all = vec![];
    let reading = identifiers(bytes, form, |identifier| {
        all.push((identifier.kind, identifier.raw.to_vec()));
    });
    all.sort_unstable();
    all.dedup();
    (all, reading.is_complete(), reading.untold)
}
