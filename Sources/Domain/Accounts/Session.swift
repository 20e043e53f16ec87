/// One signed-in device of a guardian: a family of refresh tokens of which one at a time is good.
package struct Session: Sendable, Hashable, Identifiable {
    package typealias ID = Identifier<Session>

    package var id: ID
    package var guardianID: Guardian.ID
    package var deviceName: String
    package var createdAt: Instant
    package var lastUsedAt: Instant
    /// The absolute end; refreshing does not move it.
    package var expiresAt: Instant

    /// OWASP ASVS 5.0 chapter 7: a parent signs in again after half a year, or after 30 days without use.
    package static let lifetime = Span.days(180)
    package static let idleLifetime = Span.days(30)
    /// How long a repeat of the token before gets the same successor instead of ending the family: a lost answer, or two
    /// tabs at once (RFC 9700 §4.14.2 asks for rotation; the overlap is ours).
    package static let rotationGrace = Span.seconds(20)

    package init(
        id: ID,
        guardianID: Guardian.ID,
        deviceName: String,
        createdAt: Instant,
        lastUsedAt: Instant,
        expiresAt: Instant
    ) {
        self.id = id
        self.guardianID = guardianID
        self.deviceName = deviceName
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.expiresAt = expiresAt
    }
}

/// A phone number as it is stored: found by HMAC, opened only to send.
package struct SealedPhone: Sendable, Hashable {
    /// HMAC-SHA-256 of the E.164 form: the same number gives the same bytes.
    package var lookup: [UInt8]
    /// AES-256-GCM, nonce and tag included.
    package var cipher: [UInt8]
    /// Which key opens `cipher`.
    package var keyID: String

    package init(lookup: [UInt8], cipher: [UInt8], keyID: String) {
        self.lookup = lookup
        self.cipher = cipher
        self.keyID = keyID
    }
}

/// A one-time code that was sent to a number.
package struct OTPChallenge: Sendable, Hashable, Identifiable {
    package typealias ID = Identifier<OTPChallenge>

    package static let lifetime = Span.minutes(3)
    package static let resendDelay = Span.seconds(30)
    package static let attempts = 5
    /// How many codes one number may get, whoever asks (OWASP ASVS 5.0 6.6.3; figures in `docs/operations/running.md`).
    package static let perHour = 5
    package static let perDay = 10

    package var id: ID
    package var phone: SealedPhone
    package var codeHMAC: [UInt8]
    package var createdAt: Instant
    package var expiresAt: Instant

    package init(id: ID, phone: SealedPhone, codeHMAC: [UInt8], createdAt: Instant) {
        self.id = id
        self.phone = phone
        self.codeHMAC = codeHMAC
        self.createdAt = createdAt
        expiresAt = createdAt + Self.lifetime
    }
}

/// A guardian's recorded consent to one child's profile.
package struct Consent: Sendable, Hashable, Identifiable {
    package typealias ID = Identifier<Consent>

    /// The text guardians agree to today. A consent names the version it was given to.
    package static let currentTextVersion = "2026-11"

    package var id: ID
    package var guardianID: Guardian.ID
    package var childID: Child.ID
    package var textVersion: String
    package var givenAt: Instant
    /// When the confirming SMS was handed over (PIPA decree Art. 17-2: consent on the site plus a message saying so).
    package var confirmedAt: Instant?
    package var withdrawnAt: Instant?

    package init(
        id: ID,
        guardianID: Guardian.ID,
        childID: Child.ID,
        textVersion: String,
        givenAt: Instant,
        confirmedAt: Instant? = nil,
        withdrawnAt: Instant? = nil
    ) {
        self.id = id
        self.guardianID = guardianID
        self.childID = childID
        self.textVersion = textVersion
        self.givenAt = givenAt
        self.confirmedAt = confirmedAt
        self.withdrawnAt = withdrawnAt
    }
}
