import Crypto
package import Foundation

/// Opaque refresh tokens: 256 random bits for the first of a family, and every successor derived from the one before.
///
/// Deriving (HMAC-SHA-256 under our key) lets a repeat within the grace get the very same successor although only hashes
/// are stored; without the key a token says nothing about the next.
package struct RefreshTokens: Sendable {
    private let key: SymmetricKey

    package init(keyring: Keyring) {
        key = keyring.derived(for: .refreshToken)
    }

    package struct Token: Sendable, Hashable {
        /// 43 characters of base64url.
        package let text: String
        /// SHA-256, which is what is stored.
        package let hash: [UInt8]

        fileprivate init(bytes: some Sequence<UInt8>) {
            text = Data(bytes).base64URL
            hash = Array(SHA256.hash(data: Data(text.utf8)))
        }

        /// What a client presents; nil when it cannot be one of ours.
        package init?(_ text: String) {
            guard text.utf8.count == 43, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
            self.text = text
            hash = Array(SHA256.hash(data: Data(text.utf8)))
        }
    }

    package func first() -> Token {
        Token(bytes: SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) })
    }

    package func successor(of token: Token) -> Token {
        Token(bytes: HMAC<SHA256>.authenticationCode(for: Data(token.text.utf8), using: key))
    }
}

extension Data {
    /// Without padding (RFC 4648 §5).
    package var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
