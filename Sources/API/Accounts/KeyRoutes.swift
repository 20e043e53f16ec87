import Contract
import Foundation
import Hummingbird
import ServerKit

/// `GET /.well-known/jwks.json`: what other services verify our access tokens with.
struct KeyRoutes: Sendable {
    let services: APIServices

    func add(to router: some RouterMethods<APIContext>) {
        router.get(".well-known/jwks.json") { _, _ in
            Answer(
                JWKSResponse(
                    keys: services.secrets.tokens.publicKeys.map { named in
                        JWKSResponse.Key(kid: named.id, x: named.key.base64URL)
                    }
                ),
                headers: [.cacheControl: "public, max-age=300"]
            )
        }
    }
}
