//! A picture to its perceptual hash.

use png::{ColorType, Decoder, Limits, Transformations};

/// The largest picture that is read, in bytes of its file.
pub(super) const MAX_BYTES: usize = 16 << 20;
/// The most pixels of one side.
const MAX_SIDE: u32 = 4_096;
/// Columns of the thumbnail: one more than bits in a row.
const COLUMNS: u32 = 9;
/// Rows of the thumbnail.
const ROWS: u32 = 8;

/// What a picture shows to a comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Picture {
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// The difference hash: the picture is made grey and shrunk to 9 × 8 fields, and each bit says that a field is darker
    /// than its right neighbour. Pictures that look alike differ in few of the 64 bits.
    pub hash: u64,
}

impl Picture {
    /// Bits in which two hashes differ, 0 to 64.
    pub fn distance(one: u64, other: u64) -> u32 {
        (one ^ other).count_ones()
    }
}

/// Reads a picture in PNG. `None` if it is none, has more than 16 MiB, or more than 4,096 pixels at a side.
pub fn read(bytes: &[u8]) -> Option<Picture> {
    if bytes.len() > MAX_BYTES {
        return None;
    }
    let mut decoder = Decoder::new_with_limits(
        std::io::Cursor::new(bytes),
        Limits {
            bytes: 4 * (MAX_SIDE * MAX_SIDE) as usize,
        },
    );
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let size = reader.info().size();
    if size.0 > MAX_SIDE || size.1 > MAX_SIDE {
        return None;
    }
    let mut pixels = vec![0; reader.output_buffer_size()?];
    let frame = reader.next_frame(&mut pixels).ok()?;
    let channels = match frame.color_type {
        ColorType::Grayscale => 1,
        ColorType::GrayscaleAlpha => 2,
        ColorType::Rgb => 3,
        ColorType::Rgba => 4,
        ColorType::Indexed => return None,
    };
    let grey = |x: u32, y: u32| {
        let at = y as usize * frame.line_size + x as usize * channels;
        let pixel = &pixels[at..at + channels];
        match *pixel {
            [r, g, b, ..] => (299 * u64::from(r) + 587 * u64::from(g) + 114 * u64::from(b)) / 1_000,
            _ => u64::from(pixel[0]),
        }
    };
    Some(Picture {
        size,
        hash: difference_hash(size, grey),
    })
}

fn difference_hash((width, height): (u32, u32), grey: impl Fn(u32, u32) -> u64) -> u64 {
    // The fields meet without gaps; in a picture smaller than the thumbnail a pixel stands in several.
    let span = |at: u32, of: u32, len: u32| {
        let start = at * len / of;
        start..((at + 1) * len / of).max(start + 1)
    };
    let field = |column: u32, row: u32| {
        let (xs, ys) = (span(column, COLUMNS, width), span(row, ROWS, height));
        let count = u64::from(xs.end - xs.start) * u64::from(ys.end - ys.start);
        let sum: u64 = ys
            .flat_map(|y| xs.clone().map(move |x| (x, y)))
            .map(|(x, y)| grey(x, y))
            .sum();
        sum / count
    };
    let mut hash = 0;
    for row in 0..ROWS {
        for column in 0..COLUMNS - 1 {
            let darker = field(column, row) < field(column + 1, row);
            hash = hash << 1 | u64::from(darker);
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture in which `grey` says how bright each pixel is.
    fn png(width: u32, height: u32, grey: impl Fn(u32, u32) -> u8) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(ColorType::Rgb);
        let mut writer = encoder.write_header().expect("the header is valid");
        let pixels: Vec<u8> = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .flat_map(|(x, y)| [grey(x, y); 3])
            .collect();
        writer.write_image_data(&pixels).expect("the size fits");
        writer.finish().expect("it is whole");
        bytes
    }

    #[test]
    fn alike_and_not() {
        let rising = read(&png(90, 80, |x, _| x as u8)).expect("it is a picture");
        let brighter = read(&png(180, 120, |x, _| x as u8 / 2 + 50)).expect("it is a picture");
        let falling = read(&png(90, 80, |x, _| 200 - x as u8)).expect("it is a picture");
        assert_eq!(
            rising,
            Picture {
                size: (90, 80),
                hash: u64::MAX
            }
        );
        assert_eq!(Picture::distance(rising.hash, brighter.hash), 0);
        assert_eq!(Picture::distance(rising.hash, falling.hash), 64);
    }

    #[test]
    fn small_pictures_have_a_hash() {
        assert_eq!(
            read(&png(1, 1, |_, _| 7)).map(|picture| picture.hash),
            Some(0)
        );
    }

    #[test]
    fn what_is_no_picture() {
        assert_eq!(read(b"GIF89a"), None);
        let whole = png(90, 80, |x, _| x as u8);
        assert_eq!(read(&whole[..whole.len() / 2]), None);
        assert_eq!(read(&png(MAX_SIDE + 1, 1, |_, _| 0)), None);
    }
}
