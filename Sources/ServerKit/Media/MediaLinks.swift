import Contract
import Crypto
package import Domain
import Foundation

/// Signed, short-lived addresses of our own films and pictures. A `<video>` tag sends no token, so the address itself is
/// the permission: it is made only where `Screening.verdict` has let a video through, and for nobody in particular.
/// Whoever is given one can play that one file until it expires.
///
/// The signature is HMAC-SHA-256 over the address exactly as it is given out, path and expiry. Nothing of an address is
/// decoded or interpreted before its signature fits, so no other spelling of a path gets anywhere.
package struct MediaLinks: Sendable {
    /// Below which addresses are ours to sign.
    package static let folder = "/media/"

    /// An address is good until the end of the hour and for this long: two hours at least, which a child's film of an hour
    /// and a half outlasts with its pauses, begun from a home that has been open for a while. Three at most, for which a
    /// parent's new block leaves an address that an app already has. Rounded, so that all answers of an hour give the same
    /// address and a browser finds the file in its cache.
    package static let life = Span.hours(2)

    private let key: SymmetricKey

    package init(keyring: Keyring) {
        key = keyring.derived(for: .mediaLink)
    }

    /// The address that is given out for a path below `/media/`. An address elsewhere, as of YouTube's pictures, is
    /// answered as it is.
    package func address(of path: String, at now: Instant) -> String {
        guard path.hasPrefix(Self.folder) else { return path }
        let expiry = now.startOfHour + .hours(1) + Self.life
        let signed = "\(path)?expires=\(expiry.millisecondsSince1970 / 1_000)"
        let signature = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: key)
        return "\(signed)&signature=\(Data(signature).base64URL)"
    }

    /// When an address expires that somebody comes with.
    ///
    /// - Parameters:
    ///   - path: as it was sent, percent signs and all.
    ///   - query: everything after the question mark.
    /// - Throws: `Problem` 403: `link_invalid` where we have not made it, `link_expired` where its time is over.
    package func expiry(path: String, query: String?, at now: Instant) throws(Problem) -> Instant {
        let parts = (query ?? "").split(separator: "&", omittingEmptySubsequences: false)
        guard parts.count == 2, let signature = Self.signature(in: parts[1]),
            HMAC<SHA256>.isValidAuthenticationCode(
                signature,
                authenticating: Data("\(path)?\(parts[0])".utf8),
                using: key
            ),
            let seconds = Int64(parts[0].dropFirst("expires=".count))
        else { throw Problem(.linkInvalid) }
        let expiry = Instant(millisecondsSince1970: seconds * 1_000)
        guard now < expiry else { throw Problem(.linkExpired) }
        return expiry
    }

    private static func signature(in part: Substring) -> Data? {
        guard part.hasPrefix("signature=") else { return nil }
        let text = part.dropFirst("signature=".count)
        guard text.utf8.count == 43 else { return nil }
        return Data(base64Encoded: text.replacing("-", with: "+").replacing("_", with: "/") + "=")
    }
}
