/// A device of a guardian that messages can be pushed to. Where it is reached stays sealed.
package struct PushDevice: Sendable, Hashable, Identifiable {
    package typealias ID = Identifier<PushDevice>

    package enum Kind: String, Sendable, CaseIterable, Codable {
        case firebase
        case web
    }

    /// Of one guardian; beyond these the ones not seen for longest are forgotten.
    package static let most = 20

    package let id: ID
    package let kind: Kind
    /// What the session that registered it is called.
    package let name: String
    package let createdAt: Instant
    /// When the app registered it last.
    package let seenAt: Instant

    package init(id: ID, kind: Kind, name: String, createdAt: Instant, seenAt: Instant) {
        self.id = id
        self.kind = kind
        self.name = name
        self.createdAt = createdAt
        self.seenAt = seenAt
    }
}

extension PushAddress {
    package var kind: PushDevice.Kind {
        switch self {
        case .firebase: .firebase
        case .web: .web
        }
    }
}

/// A push address as it is kept: found by HMAC, opened only to send. Whoever has the address of a device can make it ring.
package struct SealedAddress: Sendable, Hashable {
    package let lookup: [UInt8]
    package let cipher: [UInt8]
    package let keyID: String

    package init(lookup: [UInt8], cipher: [UInt8], keyID: String) {
        self.lookup = lookup
        self.cipher = cipher
        self.keyID = keyID
    }
}
