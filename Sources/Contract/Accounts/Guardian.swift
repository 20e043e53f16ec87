package import Domain

/// `GET /v1/me`
package struct GuardianResponse: Codable, Sendable {
    package let id: Guardian.ID
    package let language: Guardian.Language
    package let timeZone: String
    package let hasPIN: Bool
    package let createdAt: Timestamp
    /// When the account will be gone; null unless its deletion was asked for.
    package let deletesAt: Timestamp?

    package init(_ guardian: Guardian) {
        id = guardian.id
        language = guardian.language
        timeZone = guardian.timeZone
        hasPIN = guardian.hasPIN
        createdAt = Timestamp(guardian.createdAt)
        deletesAt = guardian.deletionRequestedAt.map { Timestamp($0 + Guardian.deletionDelay) }
    }

    package enum CodingKeys: String, CodingKey {
        case id, language
        case timeZone = "time_zone"
        case hasPIN = "has_pin"
        case createdAt = "created_at"
        case deletesAt = "deletes_at"
    }
}

/// `PATCH /v1/me`
package struct GuardianChange: JSONBody {
    package let language: Guardian.Language?
    package let timeZone: String?

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case language
        case timeZone = "time_zone"
    }

    package func validate() throws(InvalidField) {
        if let timeZone, FamilyCalendar(zone: timeZone) == nil { throw InvalidField("time_zone", .notOneOf) }
    }
}

/// `DELETE /v1/me`
package struct DeletionResponse: Codable, Sendable {
    package let deletesAt: Timestamp

    package init(requestedAt: Instant) {
        deletesAt = Timestamp(requestedAt + Guardian.deletionDelay)
    }

    package enum CodingKeys: String, CodingKey {
        case deletesAt = "deletes_at"
    }
}

/// `PUT /v1/me/pin`. A guardian who has forgotten the PIN proves the phone instead: a challenge and its code.
package struct NewPIN: JSONBody {
    package let pin: String
    package let challengeID: OTPChallenge.ID?
    package let code: String?

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case pin, code
        case challengeID = "challenge_id"
    }

    package func validate() throws(InvalidField) {
        try PINBody.check(pin)
        if let code { try NewSession.check(code) }
        if challengeID != nil, code == nil { throw InvalidField("code", .required) }
        if code != nil, challengeID == nil { throw InvalidField("challenge_id", .required) }
    }
}

/// `POST /v1/parent-gate`: four to six digits.
package struct PINBody: JSONBody {
    package let pin: String

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case pin
    }

    package func validate() throws(InvalidField) {
        try Self.check(pin)
    }

    static func check(_ pin: String) throws(InvalidField) {
        let digits = pin.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard (4...6).contains(pin.utf8.count), digits else { throw InvalidField("pin", .malformed) }
    }
}

/// An access token without a refresh token: the parent gate's, or a child's.
package struct TokenResponse: Codable, Sendable {
    package let accessToken: String
    package let expiresAt: Timestamp

    package init(accessToken: String, expiresAt: Timestamp) {
        self.accessToken = accessToken
        self.expiresAt = expiresAt
    }

    package enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case expiresAt = "expires_at"
    }
}

/// `GET /.well-known/jwks.json` (RFC 7517, RFC 8037).
package struct JWKSResponse: Codable, Sendable {
    package struct Key: Codable, Sendable {
        package let kty: String
        package let crv: String
        package let alg: String
        package let use: String
        package let kid: String
        package let x: String

        /// An Ed25519 public key; `x` is its 32 bytes in base64url.
        package init(kid: String, x: String) {
            (kty, crv, alg, use) = ("OKP", "Ed25519", "EdDSA", "sig")
            self.kid = kid
            self.x = x
        }
    }

    package let keys: [Key]

    package init(keys: [Key]) {
        self.keys = keys
    }
}
