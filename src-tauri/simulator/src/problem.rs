//! Apple's error documents (`ErrorResponse` of the OpenAPI document), and one constructor for each that the
//! simulator answers. Codes are from "Parsing the Error Response Code"; those not on that page were seen in practice.

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::answer::Reply;

/// One error, which makes a whole document.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) code: String,
    pub(crate) title: String,
    pub(crate) detail: String,
    pub(crate) source: Option<Source>,
}

/// What the error is about.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// A place in the request's body (RFC 6901).
    Pointer(String),
    /// A query parameter.
    Parameter(String),
}

const INVALID_VALUE: &str = "The provided entity includes an attribute with an invalid value";
const INVALID_RELATION: &str = "The provided entity includes a relationship with an invalid value";

impl Problem {
    fn new(status: StatusCode, code: &str, title: &str, detail: impl Into<String>) -> Self {
        Self { status, code: code.into(), title: title.into(), detail: detail.into(), source: None }
    }

    fn at(self, pointer: &str) -> Self {
        Self { source: Some(Source::Pointer(pointer.to_owned())), ..self }
    }

    fn about(self, parameter: &str) -> Self {
        Self { source: Some(Source::Parameter(parameter.to_owned())), ..self }
    }

    /// What is answered with this status where nothing more is known.
    pub(crate) fn of(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::not_authorized(),
            StatusCode::FORBIDDEN => Self::role_too_low(),
            StatusCode::NOT_FOUND => Self::no_such_path(),
            StatusCode::METHOD_NOT_ALLOWED => Self::method_not_allowed(),
            StatusCode::TOO_MANY_REQUESTS => Self::too_many_requests(),
            StatusCode::CONFLICT => Self::new(
                status,
                "ENTITY_ERROR",
                "There is a problem with the request entity",
                "The request conflicts with a rule of the account.",
            ),
            _ if status.is_server_error() => Self::new(
                status,
                "UNEXPECTED_ERROR",
                "An unexpected error occurred.",
                "An unexpected error occurred on the server side. Try again later.",
            ),
            _ => {
                Self::new(status, "PARAMETER_ERROR", "The request is not valid", "The request is not valid.")
            }
        }
    }

    /// The one answer to every fault of signature, identity or time.
    pub(crate) fn not_authorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "NOT_AUTHORIZED",
            "Authentication credentials are missing or invalid.",
            "Provide a properly configured and signed bearer token, and make sure that it has not expired.",
        )
    }

    pub(crate) fn role_too_low() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "FORBIDDEN_ERROR",
            "This request is forbidden for security reasons",
            "The API key in use does not allow this request",
        )
    }

    pub(crate) fn agreement_missing() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED",
            "A required agreement is missing or has expired.",
            "This request requires an in-effect agreement that has not been signed or has expired.",
        )
    }

    pub(crate) fn no_such_path() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "PATH_ERROR",
            "The URL path is not valid",
            "The path provided does not match a defined resource type.",
        )
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "METHOD_NOT_ALLOWED",
            "The request method is not valid for the resource path.",
            "The request method used for this request is not valid for the resource path.",
        )
    }

    pub(crate) fn not_found(kind: &str, id: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "NOT_FOUND",
            "The specified resource does not exist",
            format!("There is no resource of type '{kind}' with id '{id}'"),
        )
    }

    pub(crate) fn gone(kind: &str, id: &str) -> Self {
        Self::new(
            StatusCode::GONE,
            "NOT_FOUND",
            "The specified resource no longer exists",
            format!("The resource of type '{kind}' with id '{id}' was removed"),
        )
    }

    pub(crate) fn too_many_requests() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "RATE_LIMIT_EXCEEDED",
            "The request rate limit has been reached.",
            "We've received too many requests for this API. Please wait and try again or slow down your request rate.",
        )
    }

    pub(crate) fn unknown_parameter(name: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "PARAMETER_ERROR.ILLEGAL",
            "A given parameter is not allowed",
            format!("The parameter '{name}' can not be used with this request"),
        )
        .about(name)
    }

    pub(crate) fn bad_parameter(name: &str, value: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "PARAMETER_ERROR.INVALID",
            "A parameter has an invalid value",
            format!("'{value}' is not a valid value for the parameter '{name}'"),
        )
        .about(name)
    }

    pub(crate) fn not_json_type() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UNSUPPORTED_MEDIA_TYPE",
            "The content type is not supported",
            "The request's Content-Type must be application/json.",
        )
    }

    pub(crate) fn not_json() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "ENTITY_INVALID",
            "The request body is not valid JSON",
            "The request entity could not be read as JSON.",
        )
    }

    pub(crate) fn wrong_structure(pointer: &str) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "ENTITY_UNPROCESSABLE",
            "The request entity is not a valid request document object",
            format!("Unexpected or invalid value at '{pointer}'."),
        )
        .at(pointer)
    }

    pub(crate) fn attribute_missing(name: &str) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "ENTITY_ERROR.ATTRIBUTE.REQUIRED",
            "The provided entity is missing a required attribute",
            format!("You must provide a value for the attribute '{name}' with this request"),
        )
        .at(&format!("/data/attributes/{name}"))
    }

    pub(crate) fn bad_public_key() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "ENTITY_ERROR.ATTRIBUTE.INVALID",
            INVALID_VALUE,
            "The attribute 'publicKey' must be a PEM encoded public key on the curve P-256.",
        )
        .at("/data/attributes/publicKey")
    }

    pub(crate) fn same_public_key() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE",
            INVALID_VALUE,
            "The attribute 'publicKey' has a value that is already in use.",
        )
        .at("/data/attributes/publicKey")
    }

    pub(crate) fn unknown_app(id: &str) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "ENTITY_ERROR.RELATIONSHIP.INVALID",
            INVALID_RELATION,
            format!("There is no resource of type 'apps' with id '{id}'"),
        )
        .at("/data/relationships/app")
    }

    pub(crate) fn second_key(app: &str) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "ENTITY_ERROR.RELATIONSHIP.INVALID",
            INVALID_RELATION,
            format!("The app '{app}' already has an alternative distribution key."),
        )
        .at("/data/relationships/app")
    }

    pub(crate) fn second_account_key() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "ENTITY_ERROR",
            "There is a problem with the request entity",
            "There is already an alternative distribution key for all apps.",
        )
    }

    pub(crate) fn no_relation(app: &str) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "ENTITY_ERROR.RELATIONSHIP.INVALID",
            INVALID_RELATION,
            format!("The app '{app}' has no value for the relationship 'alternativeDistributionKey'."),
        )
    }

    pub(crate) fn key_in_use() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "STATE_ERROR",
            "The request cannot be fulfilled because of the state of another resource.",
            "The alternative distribution key is in use and cannot be removed.",
        )
    }

    /// The document, with `id` naming this occurrence.
    pub(crate) fn into_reply(self, id: &str) -> Reply {
        let mut error = Map::from_iter([
            ("id".to_owned(), json!(id)),
            ("status".to_owned(), json!(self.status.as_str())),
            ("code".to_owned(), json!(self.code)),
            ("title".to_owned(), json!(self.title)),
            ("detail".to_owned(), json!(self.detail)),
        ]);
        match self.source {
            Some(Source::Pointer(pointer)) => {
                error.insert("source".to_owned(), json!({ "pointer": pointer }));
            }
            Some(Source::Parameter(parameter)) => {
                error.insert("source".to_owned(), json!({ "parameter": parameter }));
            }
            None => {}
        }
        if self.code.starts_with("FORBIDDEN.REQUIRED_AGREEMENTS") {
            error.insert("links".to_owned(), json!({ "see": "/business" }));
        }
        Reply::json(self.status, json!({ "errors": [Value::Object(error)] }))
    }
}
