import Domain
import Foundation
import JWTKit

/// A service account of Google, as its JSON file says it: who we are to Firebase.
package struct ServiceAccount: Sendable {
    package enum Invalid: Error, Equatable {
        case unreadable
        /// Not a private RSA key of 2,048 bits or more.
        case key
        /// An address that is not https (http only on this machine).
        case address(String)
    }

    private static let scope = "https://www.googleapis.com/auth/firebase.messaging"
    private static let lifetime = Span.hours(1)

    private struct File: Decodable {
        let client_email: String
        let private_key: String
        let private_key_id: String
        let token_uri: String
        let project_id: String
    }

    let project: String
    let tokenAddress: String
    private let email: String
    private let keyID: JWKIdentifier
    private let keys: JWTKeyCollection

    package init(json: [UInt8]) async throws(Invalid) {
        guard let file = try? JSONDecoder().decode(File.self, from: Data(json)) else { throw .unreadable }
        guard let key = try? Insecure.RSA.PrivateKey(pem: file.private_key) else { throw .key }
        guard FCMClient.isAddress(file.token_uri) else { throw .address(file.token_uri) }
        guard !file.project_id.isEmpty,
            file.project_id.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-:.".contains($0)) })
        else { throw .unreadable }
        project = file.project_id
        tokenAddress = file.token_uri
        email = file.client_email
        keyID = JWKIdentifier(string: file.private_key_id)
        keys = JWTKeyCollection()
        await keys.add(rsa: key, digestAlgorithm: .sha256, kid: keyID)
    }

    /// The signed claim that an access token is given for (RFC 7523).
    func assertion(at now: Instant) async throws -> String {
        let claims = Claims(
            iss: email,
            scope: Self.scope,
            aud: tokenAddress,
            iat: now.millisecondsSince1970 / 1_000,
            exp: (now + Self.lifetime).millisecondsSince1970 / 1_000
        )
        return try await keys.sign(claims, kid: keyID)
    }

    private struct Claims: JWTPayload {
        let iss: String
        let scope: String
        let aud: String
        let iat: Int64
        let exp: Int64

        /// We only sign these.
        func verify(using algorithm: some JWTAlgorithm) async throws {}
    }
}
