//! The tree of the IR. Nothing here decides; it only says what an application is.

/// The version of the document that this core writes, and the newest that it reads.
pub const VERSION: u32 = 1;

/// A whole application. Each group is sorted by name, in byte order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// The named types that some function or context reaches.
    pub types: Vec<TypeDefinition>,
    /// Every registered function.
    pub functions: Vec<Function>,
    /// Every context that has members.
    pub contexts: Vec<Context>,
}

/// A named type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeDefinition {
    /// The name, as generators use it.
    pub name: String,
    /// What the author wrote of it.
    pub doc: Option<String>,
    /// What values it has; never a bare [`Shape::Ref`] to itself.
    pub shape: Shape,
}

/// A set of JSON values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// A number of digits only, within ±(2^53 − 1).
    Integer(IntegerBounds),
    /// An integer of any size, as a decimal string on the wire.
    BigInt,
    /// A finite double.
    Number(NumberBounds),
    /// `true` or `false`.
    Boolean,
    /// Text.
    String(StringBounds),
    /// Exactly this value.
    Literal(Scalar),
    /// One of these values, two or more, in declared order.
    Enum(Vec<Scalar>),
    /// An array of any length.
    List {
        /// The shape of each item.
        item: Box<Shape>,
        /// The least number of items.
        min_items: Option<u64>,
        /// The greatest number of items.
        max_items: Option<u64>,
        /// Whether no two items may be equal.
        unique: bool,
    },
    /// An array of exactly these items.
    Tuple(Vec<Shape>),
    /// An object with any keys and values of one shape.
    Map(Box<Shape>),
    /// An object with these fields, sorted by name, and no others.
    Struct(Vec<Field>),
    /// The value or `null`; never nested.
    Nullable(Box<Shape>),
    /// One of these arms, told apart by their JSON kind or by `discriminator`.
    Union {
        /// The field whose literal tells the arms apart, where they are objects.
        discriminator: Option<String>,
        /// Two or more arms, in declared order.
        arms: Vec<Shape>,
    },
    /// A named type of the document.
    Ref(String),
    /// A file part of a multipart request.
    Upload {
        /// Most bytes of the file.
        max_size: Option<u64>,
        /// The media types allowed; empty for any.
        content_types: Vec<String>,
    },
    /// Any JSON value.
    Any,
}

/// The constraints of an integer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IntegerBounds {
    /// The least value, itself allowed.
    pub min: Option<i64>,
    /// The greatest value, itself allowed.
    pub max: Option<i64>,
    /// A positive number that divides every value.
    pub multiple_of: Option<i64>,
}

/// The constraints of a number.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NumberBounds {
    /// The least value, itself allowed.
    pub min: Option<f64>,
    /// The greatest value, itself allowed.
    pub max: Option<f64>,
    /// A value that every value is above.
    pub exclusive_min: Option<f64>,
    /// A value that every value is below.
    pub exclusive_max: Option<f64>,
}

// Bounds are finite by construction, so equality is total.
impl Eq for NumberBounds {}

/// The constraints of text. Lengths count Unicode code points.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StringBounds {
    /// A named format, checked on input and canonicalised on output.
    pub format: Option<Format>,
    /// The least number of code points.
    pub min_length: Option<u64>,
    /// The greatest number of code points.
    pub max_length: Option<u64>,
    /// A pattern in the syntax of the `regex` crate, searched for anywhere in the text.
    pub pattern: Option<String>,
}

/// The named formats of text (VALUE-6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// RFC 3339 with an offset; canonical in UTC with `Z`.
    DateTime,
    /// The same without an offset.
    LocalDateTime,
    /// `YYYY-MM-DD`.
    Date,
    /// `HH:MM:SS` with up to six fraction digits, no offset.
    Time,
    /// ISO 8601, weeks or days to seconds.
    Duration,
    /// 8-4-4-4-12 hexadecimal digits; canonical in lower case.
    Uuid,
    /// `-?digits[.digits]`; the scale is kept.
    Decimal,
    /// base64url without padding.
    Bytes,
    /// An address with one `@`.
    Email,
    /// A URI with a scheme.
    Uri,
}

impl Format {
    /// Every format, in the order of the protocol page.
    pub const ALL: [Self; 10] = [
        Self::DateTime,
        Self::LocalDateTime,
        Self::Date,
        Self::Time,
        Self::Duration,
        Self::Uuid,
        Self::Decimal,
        Self::Bytes,
        Self::Email,
        Self::Uri,
    ];

    /// The name that the IR and JSON Schema use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DateTime => "date-time",
            Self::LocalDateTime => "local-date-time",
            Self::Date => "date",
            Self::Time => "time",
            Self::Duration => "duration",
            Self::Uuid => "uuid",
            Self::Decimal => "decimal",
            Self::Bytes => "bytes",
            Self::Email => "email",
            Self::Uri => "uri",
        }
    }

    /// The format of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// A value that a literal or an enum names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scalar {
    /// `null`; only as a literal of its own, for what returns nothing. Elsewhere it is [`Shape::Nullable`].
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// An integer within ±(2^53 − 1).
    Integer(i64),
    /// Text.
    String(String),
}

/// One member of a struct, an input, or a context's params.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The key on the wire.
    pub name: String,
    /// What the author wrote of it.
    pub doc: Option<String>,
    /// What values it has.
    pub shape: Shape,
    /// Whether it must be there on input. A field with a default is not required.
    pub required: bool,
    /// Canonical JSON text of the default; such a field is always there on output.
    pub default: Option<String>,
    /// Whether it identifies its struct for merging.
    pub key: bool,
}

/// A server function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// `[a-z][a-z0-9_]*`, parts joined by dots.
    pub name: String,
    /// What the author wrote of it.
    pub doc: Option<String>,
    /// Why not to use it any more.
    pub deprecated: Option<String>,
    /// The context it is a member of.
    pub context: Option<String>,
    /// Who may call it.
    pub auth: Auth,
    /// Whether it can be reached over a WebSocket.
    pub websocket: bool,
    /// Whether no client may call it.
    pub private: bool,
    /// The page route it answers, and its methods.
    pub route: Option<Route>,
    /// Its inputs, sorted by name.
    pub input: Vec<Field>,
    /// What it returns.
    pub output: Shape,
    /// What it invalidates, sorted by context, then function.
    pub affects: Vec<Affect>,
    /// What its result is spliced into, sorted by context, then function.
    pub merge: Vec<Merge>,
    /// The errors it declares, sorted by code.
    pub errors: Vec<DeclaredError>,
    /// How long its data may be cached.
    pub cache: Cache,
    /// The revision of its data's meaning.
    pub rev: u32,
}

/// Who may call a function (AUTH-1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Auth {
    /// Anybody.
    #[default]
    None,
    /// Any identity.
    Authenticated,
    /// An identity with `staff`, or a superuser.
    Staff,
    /// An identity with `superuser`.
    Superuser,
    /// An identity with all these permissions, or a superuser. Sorted, never empty.
    Permissions(Vec<String>),
    /// Whoever the application's own callable of that name lets pass.
    Guard(String),
}

/// A page route that a function answers outside the protocol's own routes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The path, with `:param` parts.
    pub path: String,
    /// The methods, sorted; empty for `GET` alone.
    pub methods: Vec<String>,
}

/// One target that a mutation invalidates, resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affect {
    /// The context.
    pub context: String,
    /// The one member that is meant, where it is not the whole context.
    pub function: Option<String>,
    /// The params that the mutation's args narrow it by, sorted.
    pub by: Vec<String>,
}

/// One bundle slot that a mutation's result is spliced into, resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// The context.
    pub context: String,
    /// The member whose slot it is.
    pub function: String,
    /// How.
    pub op: MergeOp,
    /// The fields that identify an item, for [`MergeOp::Upsert`].
    pub key: Vec<String>,
    /// The params that the mutation's args narrow it by, sorted.
    pub by: Vec<String>,
}

/// How a result is spliced into a slot (MERGE-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeOp {
    /// The slot becomes the result.
    Replace,
    /// The item of the same key becomes the result; without one it is appended.
    Upsert,
}

impl MergeOp {
    /// The name on the wire and in the IR.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Replace => "replace",
            Self::Upsert => "upsert",
        }
    }
}

/// An error of the application's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredError {
    /// `[A-Z][A-Z0-9_]*`, none of the protocol's own.
    pub code: String,
    /// 400 to 499.
    pub status: u16,
    /// The shape of `data`, where it has any.
    pub data: Option<Shape>,
}

/// Whether and how long a function's data may be cached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Cache {
    /// As long as the protocol's default.
    #[default]
    Default,
    /// Not at all.
    Off,
    /// At most that many seconds.
    Seconds(u32),
}

/// A named bundle of read functions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// `[a-z][a-z0-9_]*`.
    pub name: String,
    /// Whether its content is the same whoever asks.
    pub public: bool,
    /// Whether its content depends on nobody but the caller.
    pub identity: bool,
    /// The union of its members' inputs, sorted by name.
    pub params: Vec<Field>,
    /// The names of its members, sorted.
    pub members: Vec<String>,
}

impl Document {
    /// The type of that name.
    #[must_use]
    pub fn type_named(&self, name: &str) -> Option<&TypeDefinition> {
        let index = self.types.binary_search_by(|candidate| candidate.name.as_str().cmp(name)).ok()?;
        self.types.get(index)
    }

    /// The function of that name.
    #[must_use]
    pub fn function_named(&self, name: &str) -> Option<&Function> {
        let index = self.functions.binary_search_by(|candidate| candidate.name.as_str().cmp(name)).ok()?;
        self.functions.get(index)
    }

    /// The context of that name.
    #[must_use]
    pub fn context_named(&self, name: &str) -> Option<&Context> {
        let index = self.contexts.binary_search_by(|candidate| candidate.name.as_str().cmp(name)).ok()?;
        self.contexts.get(index)
    }
}
