//! Takes the compressions off an input, layer by layer, within bounds.

use std::cell::Cell;
use std::io::{self, BufReader, Chain, Cursor, Read};
use std::rc::Rc;

use super::read::{HEAD_BYTES, Limits};
use super::rejected::Reason;

/// A compression: how it is known and opened.
struct Compression {
    name: &'static str,
    magic: &'static [u8],
    extensions: &'static [&'static str],
    open: for<'r> fn(BufReader<Layer<'r>>) -> io::Result<Layer<'r>>,
}

type Layer<'r> = Box<dyn Read + 'r>;

static COMPRESSIONS: &[Compression] = &[
    Compression {
        name: "gzip",
        magic: b"\x1F\x8B\x08",
        extensions: &["gz", "gzip"],
        open: |bytes| Ok(Box::new(flate2::bufread::MultiGzDecoder::new(bytes))),
    },
    Compression {
        name: "zstd",
        magic: b"\x28\xB5\x2F\xFD",
        extensions: &["zst", "zstd"],
        open: |bytes| {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(bytes)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG)?;
            Ok(Box::new(decoder))
        },
    },
    Compression {
        name: "bzip2",
        magic: b"BZh",
        extensions: &["bz2"],
        open: |bytes| Ok(Box::new(bzip2::bufread::MultiBzDecoder::new(bytes))),
    },
    Compression {
        name: "xz",
        magic: b"\xFD7zXZ\0",
        extensions: &["xz"],
        open: |bytes| Ok(Box::new(lzma_rust2::XzReader::new_mem_limit(bytes, true, XZ_MEMORY_KIB))),
    },
];

/// 128 MiB: what `zstd --long` makes and any `zstd -d` accepts.
const ZSTD_WINDOW_LOG: u32 = 27;

/// `xz -9` needs 65 MiB to decompress.
const XZ_MEMORY_KIB: u32 = 128 << 10;

/// Bytes that are read at once at least: most articles have fewer.
const RAW_BYTES: usize = 16 << 10;

/// Expansion is judged from here on: a short run of zeros is no attack.
const EXPANSION_GRACE_BYTES: u64 = 64 << 20;

/// An input freed of its compressions, from its first byte.
pub(crate) struct Opened<'r> {
    bytes: Chain<Cursor<Vec<u8>>, Layer<'r>>,
    /// The first bytes.
    pub head: Vec<u8>,
    /// Whether the head is all there is.
    pub whole: bool,
    /// The input's name without the extensions of compressions.
    pub name: String,
    /// Name of the outermost compression; none where the input is plain.
    compression: Option<&'static str>,
    /// Why the bytes end early.
    pub damage: Option<Reason>,
}

/// Opens the layers of compression around an input.
///
/// # Errors
/// Where there are too many layers or the device fails; damage inside a layer ends the bytes early instead.
pub(crate) fn open_layers<'r>(bytes: &'r mut dyn Read, name: &str, limits: &Limits) -> Result<Opened<'r>, Reason> {
    let raw_bytes = Rc::new(Cell::new(0));
    // The head is read piece by piece: most inputs come at once.
    let raw = Counted { inner: bytes, count: raw_bytes.clone() };
    let mut layer: Layer<'r> = Box::new(BufReader::with_capacity(RAW_BYTES, raw));
    let mut name = name.to_owned();
    let mut outermost = None;
    let mut damage = None;
    for depth in 0.. {
        let mut magic = Vec::with_capacity(8);
        if let Err(error) = (&mut layer).take(8).read_to_end(&mut magic) {
            damage = Some(layer_reason(&error, outermost)?);
        }
        let compression = COMPRESSIONS.iter().find(|compression| magic.starts_with(compression.magic));
        layer = Box::new(Cursor::new(magic).chain(layer));
        let Some(compression) = compression else { break };
        if depth == limits.nesting {
            return Err(Reason::NestedTooDeep { limit: limits.nesting });
        }
        outermost = outermost.or(Some(compression.name));
        if let Some((stem, extension)) = name.rsplit_once('.')
            && compression.extensions.contains(&extension)
        {
            name.truncate(stem.len());
        }
        let opened = (compression.open)(BufReader::with_capacity(64 << 10, layer))
            .map_err(|error| Reason::Damaged { format: compression.name.into(), problem: error.to_string() })?;
        layer = Box::new(Bounded {
            inner: opened,
            given_bytes: 0,
            raw_bytes: raw_bytes.clone(),
            ratio: limits.expansion_ratio,
        });
    }
    let mut head = Vec::new();
    if damage.is_none()
        && let Err(error) = (&mut layer).take(HEAD_BYTES as u64).read_to_end(&mut head)
    {
        damage = Some(layer_reason(&error, outermost)?);
    }
    let whole = head.len() < HEAD_BYTES;
    let bytes = Cursor::new(head.clone()).chain(layer);
    Ok(Opened { bytes, head, whole, name, compression: outermost, damage })
}

/// Tells damage of a compressed layer, which ends it, from failures that reject the input.
fn layer_reason(error: &io::Error, compression: Option<&'static str>) -> Result<Reason, Reason> {
    let carries_reason = error.get_ref().is_some_and(|inner| inner.is::<Reason>());
    match compression {
        Some(name) if !carries_reason && error.raw_os_error().is_none() => Ok(match error.kind() {
            io::ErrorKind::UnexpectedEof => Reason::Truncated { format: name.into() },
            _ => Reason::Damaged { format: name.into(), problem: error.to_string() },
        }),
        _ => Err(Reason::from_io(error)),
    }
}

impl Read for Opened<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.bytes.read(buffer) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                let damage = layer_reason(&error, self.compression)?;
                self.damage.get_or_insert(damage);
                Ok(0)
            }
            // Damage met while the head was read ends the bytes there.
            result => result,
        }
    }
}

/// Counts what is read through it.
struct Counted<'r> {
    inner: &'r mut dyn Read,
    count: Rc<Cell<u64>>,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.count.set(self.count.get() + count as u64);
        Ok(count)
    }
}

/// Fails where a layer gives far more than went into the whole input.
struct Bounded<'r> {
    inner: Layer<'r>,
    given_bytes: u64,
    raw_bytes: Rc<Cell<u64>>,
    ratio: u64,
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.given_bytes += count as u64;
        let bound = self.raw_bytes.get().saturating_mul(self.ratio).max(EXPANSION_GRACE_BYTES);
        if self.given_bytes > bound {
            return Err(Reason::ExpandsTooMuch { limit_ratio: self.ratio }.into());
        }
        Ok(count)
    }
}
