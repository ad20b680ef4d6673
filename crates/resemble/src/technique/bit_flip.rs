use super::{Example, Technique};
use model::Edit;

pub(super) const TECHNIQUE: Technique = Technique {
    id: "bit-flip",
    says: "A letter differs from the real one in a single bit.",
    example: Example {
        target: "microsoft.com",
        name: "mic2osoft.com",
    },
    doc: "A fault in a computer's memory may turn over one bit of a name just before it is \
          looked up, and whoever owns the flipped name receives what was meant for the real \
          one. No person needs to be deceived. Any letter has up to seven such neighbours, so \
          that one in sixty published look-alikes has it, most of them by chance; it tells \
          nothing beyond the letter replaced.",
    recognise: |sight| {
        sight.edits_where(|edit, _| matches!(edit, Edit::Replaced(a, b) if flipped(a, b)))
    },
    generate: Some(|original, each| original.replacing(&|letter| flips(letter).collect(), each)),
};

fn flipped(a: char, b: char) -> bool {
    flips(a).any(|flip| flip == b)
}

/// The letters, digits and hyphen that differ from a character in one bit of its ASCII code.
fn flips(c: char) -> impl Iterator<Item = char> {
    let code = u8::try_from(c).ok().filter(u8::is_ascii);
    let flip = move |bit: u32| code.map(|code| char::from(code ^ 1u8 << bit));
    (0..7)
        .filter_map(flip)
        .filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-')
}
