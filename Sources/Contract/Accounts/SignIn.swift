package import Domain

/// `POST /v1/otp-challenges`
package struct NewChallenge: JSONBody {
    package let phone: PhoneNumber

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case phone
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        phone = try container.decodeChecked(.phone, PhoneNumber.init)
    }
}

package struct ChallengeResponse: Codable, Sendable {
    package let challengeID: OTPChallenge.ID
    package let expiresAt: Timestamp
    package let resendAt: Timestamp

    package init(_ challenge: OTPChallenge) {
        challengeID = challenge.id
        expiresAt = Timestamp(challenge.expiresAt)
        resendAt = Timestamp(challenge.createdAt + OTPChallenge.resendDelay)
    }

    package enum CodingKeys: String, CodingKey {
        case challengeID = "challenge_id"
        case expiresAt = "expires_at"
        case resendAt = "resend_at"
    }
}

/// `POST /v1/sessions`
package struct NewSession: JSONBody {
    package let challengeID: OTPChallenge.ID
    /// Six digits.
    package let code: String
    /// 1 to 60 characters, shown in the list of signed-in devices.
    package let deviceName: String

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case challengeID = "challenge_id"
        case code
        case deviceName = "device_name"
    }

    package func validate() throws(InvalidField) {
        try Self.check(code)
        try InvalidField.check("device_name", length: 1...60, of: deviceName)
    }

    static func check(_ code: String) throws(InvalidField) {
        let digits = code.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard code.utf8.count == 6, digits else { throw InvalidField("code", .malformed) }
    }
}

/// What every sign-in and refresh answers.
package struct SessionResponse: Codable, Sendable {
    package let accessToken: String
    package let refreshToken: String
    package let expiresAt: Timestamp
    package let sessionID: Session.ID
    package let guardian: GuardianResponse
    /// True when this sign-in made the account.
    package let newGuardian: Bool

    package init(
        accessToken: String,
        refreshToken: String,
        expiresAt: Timestamp,
        sessionID: Session.ID,
        guardian: GuardianResponse,
        newGuardian: Bool
    ) {
        self.accessToken = accessToken
        self.refreshToken = refreshToken
        self.expiresAt = expiresAt
        self.sessionID = sessionID
        self.guardian = guardian
        self.newGuardian = newGuardian
    }

    package enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case refreshToken = "refresh_token"
        case expiresAt = "expires_at"
        case sessionID = "session_id"
        case guardian
        case newGuardian = "new_guardian"
    }
}

/// `POST /v1/sessions/refresh`
package struct RefreshSession: JSONBody {
    package let refreshToken: String

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case refreshToken = "refresh_token"
    }
}

/// One signed-in device.
package struct SignedInDevice: Codable, Sendable {
    package let id: Session.ID
    package let deviceName: String
    package let createdAt: Timestamp
    package let lastUsedAt: Timestamp
    package let expiresAt: Timestamp
    /// Whether it is the one that asks.
    package let current: Bool

    package init(_ session: Session, current: Bool) {
        id = session.id
        deviceName = session.deviceName
        createdAt = Timestamp(session.createdAt)
        lastUsedAt = Timestamp(session.lastUsedAt)
        expiresAt = Timestamp(session.expiresAt)
        self.current = current
    }

    package enum CodingKeys: String, CodingKey {
        case id, current
        case deviceName = "device_name"
        case createdAt = "created_at"
        case lastUsedAt = "last_used_at"
        case expiresAt = "expires_at"
    }
}

/// A whole list that is never long enough to page.
package struct List<Item: Codable & Sendable>: Codable, Sendable {
    package let items: [Item]

    package init(_ items: [Item]) {
        self.items = items
    }
}
