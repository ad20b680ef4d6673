use proptest::prelude::*;

use super::*;
use crate::{Fault, SCHEMA_KEY};

/// 2026-11-22, 23:59:59.5.
const EVENING_MS: i64 = 1_795_391_999_500;

/// A row with all its own.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Owned {
    name: String,
    registrable: String,
    source: String,
    index: u64,
    at_ms: i64,
    certificate: Option<[u8; 32]>,
}

impl Owned {
    fn row(&self) -> Row<'_> {
        Row {
            name: &self.name,
            registrable: &self.registrable,
            source: &self.source,
            index: self.index,
            at: Timestamp::from_millisecond(self.at_ms).expect("the test gives a time"),
            certificate: self.certificate.as_ref(),
        }
    }
}

fn named(names: &[&str]) -> Rows {
    let mut rows = Rows::new();
    for (name, index) in names.iter().zip(0..) {
        rows.push(Row {
            name,
            registrable: "example",
            source: "ct:one",
            index,
            at: Timestamp::from_millisecond(EVENING_MS + index.cast_signed()).expect("a time"),
            certificate: None,
        });
    }
    rows
}

struct Shore {
    folder: tempfile::TempDir,
    lake: Lake,
}

fn shore() -> Shore {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lake = Lake::open(folder.path()).expect("nobody else has it");
    Shore { folder, lake }
}

impl Shore {
    fn names(&self, path: &str) -> Result<Vec<String>, LakeError> {
        let mut names = Vec::new();
        self.lake
            .read(path, |row| names.push(row.name.to_owned()))
            .map(|()| names)
    }

    /// All files, without the lock.
    fn files(&self) -> Vec<String> {
        let mut files: Vec<String> = names(self.folder.path())
            .expect("it is there")
            .into_iter()
            .filter(|name| name != LOCK)
            .flat_map(|folder| {
                let inside = names(&self.folder.path().join(&folder)).expect("a folder");
                inside
                    .into_iter()
                    .map(move |file| format!("{folder}/{file}"))
            })
            .collect();
        files.sort_unstable();
        files
    }
}

#[test]
fn a_segment_comes_back() {
    let shore = shore();
    let rows: Vec<Owned> = [
        ("mail.a.example", "a.example", "ct:one", 7, 0, Some([7; 32])),
        (
            "b.example",
            "b.example",
            "certstream:wss://c.example/",
            u64::MAX,
            600,
            None,
        ),
        ("", "", "", 0, -600, Some([0; 32])),
    ]
    .into_iter()
    .map(
        |(name, registrable, source, index, ms, certificate)| Owned {
            name: name.to_owned(),
            registrable: registrable.to_owned(),
            source: source.to_owned(),
            index,
            at_ms: EVENING_MS + ms,
            certificate,
        },
    )
    .collect();
    let mut batch = Rows::new();
    assert!(batch.is_empty());
    for row in &rows {
        batch.push(row.row());
    }
    assert_eq!(batch.len(), 3);
    let written = shore.lake.write(42, &batch).expect("there is room");
    assert_eq!(written.path, "day=2026-11-22/000000000042.parquet");
    assert_eq!((written.number, written.rows), (42, 3));
    assert_eq!(written.day.to_string(), "2026-11-22");
    assert_eq!(written.first_at.as_millisecond(), EVENING_MS - 600);
    assert_eq!(written.last_at.as_millisecond(), EVENING_MS + 600);
    let size = fs::metadata(shore.folder.path().join(&written.path)).expect("it is there");
    assert_eq!(written.bytes, size.len());
    let mut at = 0;
    shore
        .lake
        .read(&written.path, |row| {
            assert_eq!(row, rows[at].row());
            at += 1;
        })
        .expect("it is whole");
    assert_eq!(at, rows.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn whatever_goes_in_comes_out(
        rows in prop::collection::vec(
            (".{0,40}", "[a-z.]{0,20}", 0_u8..4, any::<u64>(), 0_i64..4_000_000_000_000, any::<Option<[u8; 32]>>()),
            1..300,
        ),
    ) {
        let shore = shore();
        let rows: Vec<Owned> = rows
            .into_iter()
            .map(|(name, registrable, source, index, at_ms, certificate)| {
                Owned { name, registrable, source: format!("ct:{source}"), index, at_ms, certificate }
            })
            .collect();
        let mut batch = Rows::new();
        for row in &rows {
        batch.push(row.row());
    }
        let written = shore.lake.write(1, &batch).expect("there is room");
        let mut told = rows.iter();
        let mut same = true;
        shore
            .lake
            .read(&written.path, |row| same &= told.next().map(Owned::row) == Some(row))
            .expect("it is whole");
        prop_assert!(same && told.next().is_none());
    }
}

#[test]
fn more_rows_than_a_group() {
    let shore = shore();
    let mut rows = Rows::new();
    let name = |index: u64| format!("n{}.example", index.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    for index in 0..300_000 {
        rows.push(Row {
            name: &name(index),
            registrable: "example",
            source: "ct:one",
            index,
            at: Timestamp::UNIX_EPOCH,
            certificate: None,
        });
    }
    let written = shore.lake.write(1, &rows).expect("there is room");
    let mut next = 0;
    shore
        .lake
        .read(&written.path, |row| {
            assert_eq!((row.name, row.index), (&*name(next), next));
            next += 1;
        })
        .expect("it is whole");
    assert_eq!(next, 300_000);
}

#[test]
fn twice_is_once() {
    let shore = shore();
    let first = shore.lake.write(1, &named(&["a.example"])).expect("room");
    let again = shore
        .lake
        .write(1, &named(&["a.example", "b.example"]))
        .expect("room");
    assert_eq!(first.path, again.path);
    assert_eq!(shore.files(), [first.path.as_str()]);
    assert_eq!(
        shore.names(&again.path).expect("whole"),
        ["a.example", "b.example"]
    );
    let mut rows = named(&["a.example"]);
    rows.clear();
    assert!(matches!(shore.lake.write(2, &rows), Err(LakeError::NoRows)));
}

#[test]
fn what_a_crash_has_left_is_removed() {
    let shore = shore();
    let mut paths = Vec::new();
    for number in 1..=4 {
        let written = shore
            .lake
            .write(number, &named(&["a.example"]))
            .expect("room");
        paths.push(written.path);
    }
    let half = "day=2026-11-22/.000000000005.parquet.tmp";
    let foreign = "day=2026-11-22/notes.txt";
    for path in [half, foreign] {
        fs::write(shore.folder.path().join(path), "half").expect("room");
    }
    // The ledger forgot 1, whose file outlived the crash; it never heard of 4; somebody took 9 away.
    let gone = "day=2026-11-23/000000000009.parquet";
    let registered = [paths[2].as_str(), gone, paths[1].as_str()];
    let found = shore.lake.reconcile(registered).expect("it is ours");
    assert_eq!(found.removed, [half, &paths[0], &paths[3]]);
    assert_eq!(found.missing, [gone]);
    assert_eq!(shore.files(), [&paths[1], &paths[2], foreign]);
    let again = shore.lake.reconcile(registered).expect("it is ours");
    assert!(again.removed.is_empty());
}

#[test]
fn the_lake_of_another_ledger_stays() {
    let shore = shore();
    let one = shore.lake.write(1, &named(&["a.example"])).expect("room");
    shore.lake.write(2, &named(&["b.example"])).expect("room");
    let error = shore.lake.reconcile([]).expect_err("they are not ours");
    assert!(matches!(error, LakeError::Foreign { segments: 2, .. }));
    let error = shore
        .lake
        .reconcile(["../../x.parquet"])
        .expect_err("no segment");
    assert!(matches!(error, LakeError::NotASegment { .. }));
    assert_eq!(shore.files().len(), 2);
    let found = shore.lake.reconcile([&*one.path]).expect("it is ours");
    assert_eq!(found.removed, ["day=2026-11-22/000000000002.parquet"]);
    let found = shore
        .lake
        .reconcile([])
        .expect("a crash before the first settling");
    assert_eq!(found.removed, [one.path]);
    assert_eq!(names(shore.folder.path()).expect("a folder"), [LOCK]);
}

#[test]
fn a_lake_belongs_to_the_first_ledger() {
    let shore = shore();
    shore.lake.belong_to("19a").expect("it was nobody's");
    shore.lake.belong_to("19a").expect("it is the same");
    let error = shore.lake.belong_to("19b").expect_err("it is another's");
    assert!(matches!(error, LakeError::OtherLedger { .. }));
}

#[test]
fn removed_is_removed() {
    let shore = shore();
    let path = shore
        .lake
        .write(1, &named(&["a.example"]))
        .expect("room")
        .path;
    shore.lake.remove(&path).expect("it is there");
    shore.lake.remove(&path).expect("it is gone, as asked");
    assert!(matches!(
        shore.names(&path),
        Err(LakeError::Io { act: "open", .. })
    ));
    for path in [".lock", "day=2026-11-22/../.lock"] {
        assert!(matches!(
            shore.lake.remove(path),
            Err(LakeError::NotASegment { .. })
        ));
    }
}

#[test]
fn one_writer_at_a_time() {
    let shore = shore();
    assert!(matches!(
        Lake::open(shore.folder.path()),
        Err(LakeError::Held { .. })
    ));
    drop(shore.lake);
    Lake::open(shore.folder.path()).expect("it was let go");
}

/// A write with this fault, then the files, then the same write again.
#[track_caller]
fn check_fault(fault: Fault, left: &[&str], full: bool) {
    let shore = shore();
    shore.lake.fail_write(1, fault);
    shore
        .lake
        .write(1, &named(&["a.example"]))
        .expect("not this one");
    let rows = named(&["b.example"]);
    let error = shore.lake.write(2, &rows).expect_err("this one");
    assert_eq!(matches!(error, LakeError::Full { .. }), full, "{error}");
    assert_eq!(shore.files(), left);
    let path = shore.lake.write(2, &rows).expect("only once").path;
    assert_eq!(shore.names(&path).expect("whole"), ["b.example"]);
    assert_eq!(shore.files().len(), 2);
}

#[test]
fn lost_or_kept_the_next_write_mends_it() {
    let one = "day=2026-11-22/000000000001.parquet";
    let two = "day=2026-11-22/000000000002.parquet";
    check_fault(Fault::Lost, &[one], false);
    check_fault(Fault::Full, &[one], true);
    check_fault(Fault::Kept, &[one, two], false);
}

#[test]
fn damage_and_other_versions_are_told() {
    let shore = shore();
    let path = shore
        .lake
        .write(1, &named(&["a.example"; 1000]))
        .expect("room")
        .path;
    let file = shore.folder.path().join(&path);
    let whole = fs::read(&file).expect("it is there");
    for len in [0, 4, whole.len() / 2, whole.len() - 1] {
        fs::write(&file, &whole[..len]).expect("room");
        assert!(
            matches!(shore.names(&path), Err(LakeError::Damaged { .. })),
            "{len}"
        );
    }
    let at = whole
        .windows(SCHEMA_KEY.len())
        .rposition(|window| window == SCHEMA_KEY.as_bytes())
        .expect("the key is in the footer");
    let mut other = whole;
    // Key and value are strings of Thrift: a field header and a length stand between them.
    other[at + SCHEMA_KEY.len() + 2] = b'2';
    fs::write(&file, &other).expect("room");
    match shore.names(&path) {
        Err(LakeError::Schema { found, .. }) => assert_eq!(found, "2"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn another_reader_reads_it() {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    let shore = shore();
    let mut rows = named(&["a.example", "b.example"]);
    rows.push(Row {
        name: "c.example",
        registrable: "c.example",
        source: "ct:two",
        index: 9,
        at: Timestamp::from_millisecond(EVENING_MS).expect("a time"),
        certificate: Some(&[0xab; 32]),
    });
    let path = shore.lake.write(1, &rows).expect("room").path;
    let file = File::open(shore.folder.path().join(path)).expect("it is there");
    let reader = SerializedFileReader::new(file).expect("it is Parquet");
    let schema = reader.metadata().file_metadata().schema_descr();
    let columns: Vec<String> = schema
        .columns()
        .iter()
        .map(|column| {
            let optional = if column.self_type().is_optional() {
                "?"
            } else {
                ""
            };
            format!("{}{optional} {}", column.name(), column.physical_type())
        })
        .collect();
    assert_eq!(
        columns,
        [
            "name BYTE_ARRAY",
            "registrable BYTE_ARRAY",
            "source BYTE_ARRAY",
            "index INT64",
            "at INT64",
            "certificate? FIXED_LEN_BYTE_ARRAY"
        ]
    );
    let rows: Vec<String> = reader
        .get_row_iter(None)
        .expect("it has rows")
        .map(|row| row.expect("it is whole").to_string())
        .collect();
    assert_eq!(rows.len(), 3);
    assert_eq!(
        rows[0],
        "{name: \"a.example\", registrable: \"example\", source: \"ct:one\", index: 0, \
         at: 2026-11-22 23:59:59.500 +00:00, certificate: null}"
    );
    assert!(rows[2].contains("name: \"c.example\""), "{}", rows[2]);
}
