//! What a URL has to hold of a context's params, and of the inputs of a page (CTX-6, CTX-9, PAGE-3).

use super::model::{Document, Field, Shape};
use super::union::resolve;

impl Document {
    /// Whether a param may be null, which a URL says by leaving it out.
    #[must_use]
    pub fn is_nullable(&self, param: &Field) -> bool {
        let lookup = |name: &str| self.type_named(name).map(|found| &found.shape);
        matches!(resolve(&param.shape, &lookup), Some(Shape::Nullable(_)))
    }

    /// Whether a param has to stand in a URL: one with a default, and one that may be null, does not.
    #[must_use]
    pub fn is_required_in_query(&self, param: &Field) -> bool {
        param.required && param.default.is_none() && !self.is_nullable(param)
    }

    /// The params of a context, or the inputs of a page, as a URL has them: those that may be left out are not required.
    #[must_use]
    pub fn query_fields<'f>(&self, params: impl IntoIterator<Item = &'f Field>) -> Vec<Field> {
        let field = |param: &Field| Field { required: self.is_required_in_query(param), ..param.clone() };
        params.into_iter().map(field).collect()
    }
}
