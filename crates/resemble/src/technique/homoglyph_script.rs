use super::look::{OTHER_SCRIPTS, other_script};
use super::{Example, Technique, Trace};
use crate::permute::Original;
use unicode_script::Script;

pub(super) const TECHNIQUE: Technique = Technique {
    id: "homoglyph-script",
    says: "Every letter is taken from another script in which the name looks the same.",
    example: Example {
        target: "kas.de",
        name: "\u{43a}\u{430}\u{455}.de",
    },
    doc: "The whole label is written in Cyrillic, Greek or another script whose letters have \
          Latin twins, so that the rule of browsers against mixing scripts does not apply, and \
          some show it as it is. Only names of few different letters can be written so; none \
          of the published look-alikes is. But nobody writes a Latin name in Cyrillic twins by \
          chance: real words of that script hold letters that have none.",
    recognise: |sight| {
        let other = |look: &str| look.chars().any(|c| other_script(c).is_some());
        if sight.likeness.whole_script && sight.look_alikes.iter().any(|look| other(&look.is)) {
            vec![Trace::at(sight.likeness.span)]
        } else {
            vec![]
        }
    },
    generate: Some(generate),
};

/// The twin that is nearest in print, where a script has several.
const NEAREST: &str = "аьсԁеԍһіјкӏморԛѕтѵԝхуαβγεικνορτυχ";

fn generate(original: &Original<'_>, each: &mut dyn FnMut(String)) {
    for script in [Script::Cyrillic, Script::Greek, Script::Armenian] {
        let twin = |c: char| -> Option<char> {
            if !c.is_alphabetic() {
                return Some(c);
            }
            let looks = OTHER_SCRIPTS.of(c.encode_utf8(&mut [0; 4]));
            let mut twins = looks.iter().filter_map(|look| look.chars().next());
            let all: Vec<char> = twins
                .by_ref()
                .filter(|&c| other_script(c) == Some(script))
                .collect();
            all.iter()
                .copied()
                .find(|&c| NEAREST.contains(c))
                .or(all.first().copied())
        };
        if let Some(label) = original.label.chars().map(twin).collect::<Option<String>>() {
            each(original.with_label(&label));
        }
    }
}
