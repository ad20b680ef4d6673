//! Every compression, whole and damaged: what is good is read, what is not ends in one clear line.

use std::io::{Cursor, Write};

use feeds::{Batch, Compression, FeedError, Format, Input};

/// All names of an input, and how it ended.
fn read(mut input: Input) -> (Vec<String>, Result<(), FeedError>) {
    let mut batch = Batch::default();
    let mut names = Vec::new();
    loop {
        match input.next_batch(&mut batch) {
            Ok(true) => names.extend(
                batch
                    .records
                    .iter()
                    .map(|&record| String::from_utf8_lossy(batch.name(record)).into_owned()),
            ),
            Ok(false) => return (names, Ok(())),
            Err(error) => return (names, Err(error)),
        }
    }
}

fn open(bytes: impl Into<Vec<u8>>) -> Result<Input, FeedError> {
    Input::from_reader("feed", Box::new(Cursor::new(bytes.into())), Format::Auto)
}

const TEXT: &[u8] = b"example.com\nexample.net\n";

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(text).expect("a Vec takes everything");
    packer.finish().expect("a Vec takes everything")
}

/// With a checksum, as the command does it.
fn zstd(text: &[u8]) -> Vec<u8> {
    let mut packer = zstd::stream::write::Encoder::new(Vec::new(), 3).expect("a good level");
    packer.include_checksum(true).expect("it has checksums");
    packer.write_all(text).expect("a Vec takes everything");
    packer.finish().expect("a Vec takes everything")
}

fn xz(text: &[u8]) -> Vec<u8> {
    let mut packer = liblzma::write::XzEncoder::new(Vec::new(), 0);
    packer.write_all(text).expect("a Vec takes everything");
    packer.finish().expect("a Vec takes everything")
}

fn bzip2(text: &[u8]) -> Vec<u8> {
    let mut packer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    packer.write_all(text).expect("a Vec takes everything");
    packer.finish().expect("a Vec takes everything")
}

type Packer = fn(&[u8]) -> Vec<u8>;
const PACKERS: [(Compression, Packer); 4] = [
    (Compression::Gzip, gzip),
    (Compression::Zstd, zstd),
    (Compression::Xz, xz),
    (Compression::Bzip2, bzip2),
];

/// Lines that hardly compress, so that cutting the result leaves some of them.
fn many() -> Vec<u8> {
    let mut state = 1_u64;
    let mut text = Vec::new();
    for _ in 0..40_000 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        text.extend_from_slice(format!("{:016x}.example\n", state ^ (state >> 29)).as_bytes());
    }
    text
}

#[test]
fn each_compression_is_recognised_by_content() {
    for (compression, pack) in PACKERS {
        let input = open(pack(TEXT)).expect("opens");
        assert_eq!(input.compression(), compression);
        let (names, end) = read(input);
        assert_eq!(names, ["example.com", "example.net"], "{compression}");
        end.expect("whole");
    }
    let plain = open(TEXT).expect("opens");
    assert_eq!(plain.compression(), Compression::None);
    assert_eq!(read(plain).0.len(), 2);
}

#[test]
fn parts_in_a_row_are_one() {
    for (compression, pack) in PACKERS {
        let parts = [
            pack(b"a.example\nb.exa"),
            pack(b""),
            pack(b"mple\nc.example\n"),
        ]
        .concat();
        let (names, end) = read(open(parts).expect("opens"));
        assert_eq!(
            names,
            ["a.example", "b.example", "c.example"],
            "{compression}"
        );
        end.expect("whole");
    }
}

#[test]
fn what_comes_before_the_cut_is_read() {
    let text = many();
    for (compression, pack) in PACKERS {
        let mut packed = pack(&text);
        packed.truncate(packed.len() / 2);
        let (names, end) = read(open(packed).expect("opens"));
        let error = end.expect_err("cut");
        assert!(
            matches!(error, FeedError::Truncated { .. }),
            "{compression}: {error:?}"
        );
        assert!(names.len() > 10_000, "{compression}: {}", names.len());
        assert!(
            names.iter().all(|name| name.len() == 24),
            "{compression}: no name is cut"
        );
    }
    let error = read(open(&gzip(TEXT)[..7]).expect("opens"))
        .1
        .expect_err("cut");
    assert_eq!(
        error.to_string(),
        "feed is cut off: its gzip data ends too early; fetch it again (what came before was read)"
    );
}

#[test]
fn damage_is_told() {
    let text = many();
    for (compression, pack) in PACKERS {
        let mut packed = pack(&text);
        let middle = packed.len() / 2;
        packed[middle..middle + 64].fill(0xa5);
        let (_, end) = read(open(packed).expect("opens"));
        let error = end.expect_err("damaged");
        assert!(
            matches!(error, FeedError::Damaged { .. }),
            "{compression}: {error:?}"
        );
        assert!(!error.to_string().contains('\n'));
    }
}

#[test]
fn bombs_are_stopped() {
    let zeros = vec![0; 80 << 20];
    for (compression, pack) in PACKERS {
        let (names, end) = read(open(pack(&zeros)).expect("opens"));
        let error = end.expect_err("a bomb");
        assert!(
            matches!(error, FeedError::Bomb { .. }),
            "{compression}: {error:?}"
        );
        assert!(names.is_empty());
    }
}

#[test]
fn names_that_repeat_are_no_bomb() {
    let text = b"example.com\n".repeat(1 << 20);
    let (names, end) = read(open(gzip(&text)).expect("opens"));
    end.expect("whole");
    assert_eq!(names.len(), 1 << 20);
}

#[test]
fn a_window_of_more_than_128_mib_is_refused() {
    // A frame header (RFC 8878 §3.1.1.1) that announces a window of 2 GiB.
    let (_, end) = read(open(b"\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00").expect("opens"));
    assert!(matches!(end, Err(FeedError::Damaged { .. })), "{end:?}");
}

#[test]
fn packed_twice_is_read_and_thrice_is_not() {
    assert_eq!(read(open(gzip(&zstd(TEXT))).expect("opens")).0.len(), 2);
    assert!(matches!(
        open(gzip(&xz(&zstd(TEXT)))),
        Err(FeedError::Nested { .. })
    ));
    assert!(matches!(
        open(gzip(&zip(&[("a", TEXT)]))),
        Err(FeedError::Nested { .. })
    ));
}

#[test]
fn other_containers_are_named() {
    let mut tar = vec![0; 512];
    tar[..5].copy_from_slice(b"a.txt");
    tar[257..262].copy_from_slice(b"ustar");
    for (bytes, what) in [
        (gzip(&tar), "a tar archive"),
        (b"Rar!\x1a\x07\x01\0".to_vec(), "a RAR archive"),
    ] {
        let error = open(bytes).err().expect("refused");
        assert_eq!(
            error.to_string(),
            format!("feed is {what}, which is not read; unpack it and give what is inside")
        );
    }
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let deflated = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    for (index, (name, text)) in members.iter().enumerate() {
        let stored = deflated.compression_method(zip::CompressionMethod::Stored);
        writer
            .start_file(*name, if index % 2 == 0 { deflated } else { stored })
            .expect("a new name");
        writer.write_all(text).expect("a Vec takes everything");
    }
    writer.add_directory("empty", deflated).expect("a new name");
    writer
        .finish()
        .expect("a Vec takes everything")
        .into_inner()
}

#[test]
fn zip_members_come_one_after_the_other() {
    let packed = zip(&[
        ("a.txt", b"a.example"),
        ("b\n.csv", b"1,b.example\n"),
        ("c.gz", &gzip(b"c.example\n")),
    ]);
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(&packed).expect("a temporary file");
    let path = file.path().to_str().expect("UTF-8");
    for (mut input, base) in [
        (Input::open(file.path(), Format::Auto).expect("opens"), path),
        (open(packed.clone()).expect("opens"), "feed"),
    ] {
        assert_eq!(input.compression(), Compression::Zip);
        let mut batch = Batch::default();
        let mut told = Vec::new();
        while input.next_batch(&mut batch).expect("whole") {
            let record = batch.records[0];
            let name = String::from_utf8_lossy(batch.name(record)).into_owned();
            told.push((name, input.label().to_owned(), input.format(), record.line));
        }
        let want = [
            (
                "a.example".to_owned(),
                format!("{base}!a.txt"),
                Format::List,
                1,
            ),
            (
                "b.example".to_owned(),
                format!("{base}!b\\n.csv"),
                Format::Csv,
                1,
            ),
            (
                "c.example".to_owned(),
                format!("{base}!c.gz"),
                Format::List,
                1,
            ),
        ];
        assert_eq!(told, want);
        assert!(
            input
                .size()
                .is_none_or(|size| size == packed.len() as u64 && batch.bytes_read <= size)
        );
    }
}

#[test]
fn a_bad_zip_member_does_not_hide_the_next() {
    let mut packed = zip(&[
        ("a", b"a.example\n"),
        ("b", b"b.example\n"),
        ("c", b"c.example\n"),
    ]);
    let stored = packed
        .windows(9)
        .position(|part| part == b"b.example")
        .expect("it is stored");
    packed[stored] = b'x';
    let mut input = open(packed).expect("opens");
    let mut batch = Batch::default();
    let mut told = Vec::new();
    loop {
        match input.next_batch(&mut batch) {
            Ok(false) => break,
            Ok(true) => {
                told.push(String::from_utf8_lossy(batch.name(batch.records[0])).into_owned());
            }
            Err(error) => told.push(error.to_string()),
        }
    }
    assert_eq!(told[0], "a.example");
    assert_eq!(told[1], "x.example");
    assert!(
        told[2].starts_with("feed!b is damaged: zip says \"the checksum is wrong\""),
        "{}",
        told[2]
    );
    assert_eq!(told[3], "c.example");
}

/// Sets bytes in every local and central header of an archive.
fn patch(packed: &mut [u8], local: usize, central: usize, value: u16) {
    for (magic, offset) in [(b"PK\x03\x04", local), (b"PK\x01\x02", central)] {
        let found: Vec<usize> = packed
            .windows(4)
            .enumerate()
            .filter(|(_, part)| part == magic)
            .map(|(at, _)| at)
            .collect();
        for at in found {
            packed[at + offset..at + offset + 2].copy_from_slice(&value.to_le_bytes());
        }
    }
}

#[test]
fn zip_encryption_and_unknown_methods_are_told() {
    let mut encrypted = zip(&[("a", TEXT)]);
    patch(&mut encrypted, 6, 8, 1);
    let (_, end) = read(open(encrypted).expect("opens"));
    let error = end.expect_err("encrypted");
    assert_eq!(
        error.to_string(),
        "feed!a is encrypted; unpack it with its password and give what is inside"
    );
    let mut unknown = zip(&[("a", TEXT)]);
    patch(&mut unknown, 8, 10, 98);
    let (_, end) = read(open(unknown).expect("opens"));
    assert!(matches!(end, Err(FeedError::Unsupported { .. })), "{end:?}");
}

#[test]
fn zip_members_that_share_bytes_are_refused() {
    let mut packed = zip(&[("a", TEXT), ("b", TEXT)]);
    let second = packed
        .windows(4)
        .rposition(|part| part == b"PK\x01\x02")
        .expect("a directory");
    let second = packed[..second]
        .windows(4)
        .rposition(|part| part == b"PK\x01\x02")
        .expect("two members");
    packed[second + 42..second + 46].fill(0);
    let error = open(packed).err().expect("refused");
    assert!(matches!(error, FeedError::ZipDirectory { .. }), "{error:?}");
    assert!(error.to_string().contains("share their bytes"), "{error}");
}

#[test]
fn a_cut_zip_is_refused() {
    let packed = zip(&[("a", TEXT)]);
    let error = open(&packed[..packed.len() - 30]).err().expect("refused");
    assert!(matches!(error, FeedError::ZipDirectory { .. }), "{error:?}");
}

#[test]
fn a_zip_bomb_is_stopped() {
    let zeros = vec![0; 80 << 20];
    let (names, end) = read(open(zip(&[("a", &zeros)])).expect("opens"));
    assert!(matches!(end, Err(FeedError::Bomb { .. })), "{end:?}");
    assert!(names.is_empty());
}
