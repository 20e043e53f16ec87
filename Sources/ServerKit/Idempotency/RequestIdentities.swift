import Crypto
package import Domain
import Foundation
package import Hummingbird

/// The id of what a request creates. With an `Idempotency-Key` it follows from owner and key, so that the same request
/// sent again after an unknown outcome makes the same thing and not a second one, whatever became of the stored answer.
package struct RequestIdentities: Sendable {
    private let key: SymmetricKey
    private let ids: IdentifierSource

    package init(keyring: Keyring, ids: IdentifierSource) {
        key = keyring.derived(for: .requestIdentity)
        self.ids = ids
    }

    /// - Parameter content: what the request asks for. A key used again for something else, after its answer is forgotten,
    ///   makes something else.
    package func id<Subject>(
        for request: Request,
        owner: Guardian.ID,
        content: String,
        _ subject: Subject.Type = Subject.self
    ) -> Identifier<Subject> {
        guard let text = request.headers[.idempotencyKey] else { return ids.next() }
        let message = Data("\(owner)|\(request.uri.path)|\(text)|\(content)".utf8)
        var bytes = Array(HMAC<SHA256>.authenticationCode(for: message, using: key).prefix(16))
        // Version 8 (RFC 9562 §5.8): made by a rule of our own.
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return Identifier(
            UUID(
                uuid: (
                    bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7],
                    bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
                )
            )
        )
    }
}
