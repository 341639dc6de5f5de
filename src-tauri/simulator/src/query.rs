//! Query parameters: only the known ones, each once.

use url::form_urlencoded;

use crate::problem::Problem;

/// The parameters of a request, decoded, in the order they came.
#[derive(Debug)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a raw query. Any parameter but those `allowed` is refused, and so is a repeated one.
    pub(crate) fn parse(raw: Option<&str>, allowed: &[&str]) -> Result<Self, Problem> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(raw.unwrap_or_default().as_bytes()) {
            if !allowed.contains(&&*name) {
                return Err(Problem::unknown_parameter(&name));
            }
            if pairs.iter().any(|(seen, _)| *seen == name) {
                return Err(Problem::bad_parameter(&name, &value));
            }
            pairs.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(pairs))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A comma-joined list of values, each one of `known`.
    pub(crate) fn list(&self, name: &str, known: &[&str]) -> Result<Option<Vec<&str>>, Problem> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let values: Vec<&str> = value.split(',').collect();
        match values.iter().find(|value| !known.contains(value)) {
            Some(unknown) => Err(Problem::bad_parameter(name, unknown)),
            None => Ok(Some(values)),
        }
    }

    /// `true` or `false`.
    pub(crate) fn truth(&self, name: &str) -> Result<Option<bool>, Problem> {
        match self.get(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => Err(Problem::bad_parameter(name, other)),
        }
    }

    /// Encoded again without the parameter `cursor`, and with `cursor` if one is given.
    pub(crate) fn with_cursor(&self, cursor: Option<&str>) -> String {
        let others = self.0.iter().filter(|(name, _)| name != "cursor");
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(cursor.map(|cursor| ("cursor", cursor)))
            .extend_pairs(others)
            .finish()
    }
}
