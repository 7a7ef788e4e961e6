//! Files as inputs (UPLOAD-9).

use std::borrow::Cow;
use std::cell::RefCell;

use bytes::Bytes;
use mizan_core::dispatch::message::UploadedFile;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error as _};

/// A file that came with a call. It is in memory, whole; nothing of it was written to a disk.
///
/// What it may be stands at the input: `#[mizan(max_size = 1_000_000, content_types = ["image/*"])] avatar: Upload`.
#[derive(Debug, Clone)]
pub struct Upload {
    file_name: String,
    content_type: String,
    content: Bytes,
}

thread_local! {
    /// The files of the call whose inputs are being read on this thread.
    static FILES: RefCell<Vec<Upload>> = const { RefCell::new(Vec::new()) };
}

impl Upload {
    /// Makes one, as tests do.
    #[must_use]
    pub fn new(content: impl Into<Bytes>, file_name: impl Into<String>, content_type: impl Into<String>) -> Self {
        Self { file_name: file_name.into(), content_type: content_type.into(), content: content.into() }
    }

    /// What the client calls it: the last component, no control characters, never empty. It says nothing of what is in
    /// the file and is not fit to be a path on the server.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// What the client says it is, such as `image/png`, in lower case and without parameters. Only the bytes say what it
    /// really is.
    #[must_use]
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// Its bytes; they are not copied.
    #[must_use]
    pub fn bytes(&self) -> Bytes {
        self.content.clone()
    }

    /// The number of bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.content.len()
    }
}

/// Reads inputs, at whose places of files stand their indexes.
pub(crate) fn with_files<T>(files: &[UploadedFile], body: &Bytes, read: impl FnOnce() -> T) -> T {
    if files.is_empty() {
        return read();
    }
    let uploads = files.iter().map(|file| Upload {
        file_name: file.file_name.clone(),
        content_type: file.content_type.clone(),
        // The core says ranges of this very body.
        content: body.get(file.range.clone()).map(|part| body.slice_ref(part)).unwrap_or_default(),
    });
    FILES.set(uploads.collect());
    let value = read();
    FILES.take();
    value
}

impl<'de> Deserialize<'de> for Upload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let index = usize::deserialize(deserializer)?;
        let found = FILES.with_borrow(|files| files.get(index).cloned());
        found.ok_or_else(|| D::Error::custom("a file comes beside a call, not in it"))
    }
}

impl JsonSchema for Upload {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Upload".into()
    }

    fn schema_id() -> Cow<'static, str> {
        "mizan::Upload".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "binary", "x-mizan-upload": {} })
    }
}

/// What the files of one input may be.
pub struct UploadLimits {
    /// The name of the input.
    pub input: &'static str,
    /// Most bytes.
    pub max_size: Option<u64>,
    /// Media types that are taken.
    pub content_types: Option<Vec<String>>,
}
