package import Domain

/// `POST /v1/me/devices`: where this device is reached, as its push network told it.
package struct NewDevice: JSONBody {
    /// `keys` of a browser's subscription (W3C Push API).
    package struct Keys: Decodable, Sendable {
        package let p256dh: String
        package let auth: String

        package enum CodingKeys: String, CodingKey, CaseIterable {
            case p256dh, auth
        }

        package init(from decoder: any Decoder) throws {
            try decoder.refuseUnknownFields(besides: CodingKeys.self)
            let container = try decoder.container(keyedBy: CodingKeys.self)
            p256dh = try container.decode(String.self, forKey: .p256dh)
            auth = try container.decode(String.self, forKey: .auth)
        }
    }

    package let kind: PushDevice.Kind
    /// Of a native app.
    package let token: String?
    /// Of a browser.
    package let endpoint: String?
    package let keys: Keys?

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case kind, token, endpoint, keys
    }

    package func validate() throws(InvalidField) {
        switch kind {
        case .firebase:
            guard let token else { throw InvalidField("token", .required) }
            try InvalidField.check("token", length: 1...1_000, of: token)
            guard token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw InvalidField("token", .malformed) }
            if endpoint != nil { throw InvalidField("endpoint", .unknown) }
            if keys != nil { throw InvalidField("keys", .unknown) }
        case .web:
            if endpoint == nil { throw InvalidField("endpoint", .required) }
            if keys == nil { throw InvalidField("keys", .required) }
            if token != nil { throw InvalidField("token", .unknown) }
        }
    }

    /// - Parameter services: the push services that a browser's endpoint may name.
    package func address(services: PushServices) throws(InvalidField) -> PushAddress {
        if let token { return .firebase(token: token) }
        guard let endpoint, let keys else { throw InvalidField("endpoint", .required) }
        do throws(WebPushSubscription.Invalid) {
            return .web(
                try WebPushSubscription(endpoint: endpoint, p256dh: keys.p256dh, auth: keys.auth, services: services)
            )
        } catch {
            switch error {
            case .endpoint: throw InvalidField("endpoint", .malformed)
            case .unknownService: throw InvalidField("endpoint", .notOneOf)
            case .keys: throw InvalidField("keys", .malformed)
            }
        }
    }
}

/// A device that messages are pushed to. Where it is reached is not said again.
package struct DeviceResponse: Codable, Sendable {
    package let id: PushDevice.ID
    package let kind: PushDevice.Kind
    /// What its session is called.
    package let name: String
    package let createdAt: Timestamp
    /// When the app registered it last.
    package let seenAt: Timestamp

    package init(_ device: PushDevice) {
        id = device.id
        kind = device.kind
        name = device.name
        createdAt = Timestamp(device.createdAt)
        seenAt = Timestamp(device.seenAt)
    }

    package enum CodingKeys: String, CodingKey {
        case id, kind, name
        case createdAt = "created_at"
        case seenAt = "seen_at"
    }
}

/// `GET /v1/me/devices`
package struct DeviceList: Encodable, Sendable {
    package let items: [DeviceResponse]
    /// `applicationServerKey` for a browser's subscription; null where Web Push is not set up.
    package let webPushKey: String?

    package init(items: [DeviceResponse], webPushKey: String?) {
        self.items = items
        self.webPushKey = webPushKey
    }

    package enum CodingKeys: String, CodingKey {
        case items
        case webPushKey = "web_push_key"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(items, forKey: .items)
        try container.encode(webPushKey, forKey: .webPushKey)
    }
}
