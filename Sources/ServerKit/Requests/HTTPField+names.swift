package import HTTPTypes

extension HTTPField.Name {
    package static let xRequestID = Self(known: "X-Request-Id")
    package static let xForwardedFor = Self(known: "X-Forwarded-For")
    package static let xRealIP = Self(known: "X-Real-IP")
    package static let forwarded = Self(known: "Forwarded")
    package static let idempotencyKey = Self(known: "Idempotency-Key")
    package static let idempotencyReplayed = Self(known: "Idempotency-Replayed")
    package static let referrerPolicy = Self(known: "Referrer-Policy")
    package static let crossOriginResourcePolicy = Self(known: "Cross-Origin-Resource-Policy")

    /// `HTTPField.Name.init?` refuses what is no token of RFC 9110; the names above are, so the fallback is never taken.
    private init(known name: String) {
        self = HTTPField.Name(name) ?? .accept
    }
}
