//! Where the pages are that the window may ask to open.

use latchkey_core::desk::view::Link;

/// The address of a page.
pub(crate) fn url(link: Link) -> &'static str {
    match link {
        Link::ApiKeys => "https://appstoreconnect.apple.com/access/integrations/api",
        Link::Users => "https://appstoreconnect.apple.com/access/users",
        Link::Agreements => "https://appstoreconnect.apple.com/business",
        Link::ApiKeysHelp => {
            "https://developer.apple.com/documentation/appstoreconnectapi/creating-api-keys-for-app-store-connect-api"
        }
        Link::SystemStatus => "https://developer.apple.com/system-status/",
    }
}
