import Domain
import Testing

@Suite("Where a push may go")
struct PushEndpointTests {
    private static let key =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    private static let secret = "BTBZMqHH6r4Tts7J_aSIgg"

    private func subscription(
        _ endpoint: String,
        key: String = Self.key,
        secret: String = Self.secret,
        services: PushServices = .known
    ) throws -> WebPushSubscription {
        try WebPushSubscription(endpoint: endpoint, p256dh: key, auth: secret, services: services)
    }

    @Test(
        "The browsers' push services are known",
        arguments: [
            "https://fcm.googleapis.com/fcm/send/abc:def", "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
            "https://web.push.apple.com/QGuQyavXutnMH", "https://wns2-par02p.notify.windows.com/w/?token=BQYAAA",
            "https://FCM.googleapis.com:443/fcm/send/x", "https://fcm.googleapis.com/fcm/send/dXk4:APA91bH-x_Y",
            "https://autopush.stage.push.services.mozilla.com/wpush/v1/gAAA=",
            "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAB%2bx%2Fy%3d",
        ]
    )
    func known(endpoint: String) throws {
        let subscription = try subscription(endpoint)
        #expect(subscription.endpoint == endpoint)
        #expect(subscription.publicKey.count == 65)
        #expect(subscription.secret.count == 16)
    }

    @Test(
        "What is not https to a name on the usual port is no endpoint",
        arguments: [
            "", "fcm.googleapis.com", "http://fcm.googleapis.com/x", "ftp://fcm.googleapis.com/x",
            "https://fcm.googleapis.com:8443/x", "https://me@fcm.googleapis.com/x",
            "https://me:pw@fcm.googleapis.com/x",
            "https://fcm.googleapis.com/x#part", "https://127.0.0.1/x", "https://[::1]/x", "https://2130706433/x",
            "https://0x7f.1/x", "https://127.1/x", "https://10.0.0.8/x", "https:///x",
            "https://fcm.googleapis.com/\u{1}",
            "https://fcm.googleapis.com/한", "https://fcm.googleapis.com/" + String(repeating: "a", count: 2_048),
        ]
    )
    func form(endpoint: String) {
        #expect(throws: WebPushSubscription.Invalid.endpoint) { try subscription(endpoint) }
    }

    @Test(
        "A host that is no push service is refused, also one that looks like it",
        arguments: [
            "https://example.org/x", "https://localhost/x", "https://fcm.googleapis.com.example.org/x",
            "https://evilfcm.googleapis.com/x", "https://push.apple.com/x", "https://xpush.apple.com/x",
            "https://metadata.google.internal/x",
        ]
    )
    func stranger(endpoint: String) {
        #expect(throws: WebPushSubscription.Invalid.unknownService) { try subscription(endpoint) }
    }

    @Test("A stand-in on this machine is taken only where it is named, and no other port of it")
    func standIn() throws {
        let services = PushServices.known.adding(standIn: "http://127.0.0.1:9000")
        #expect(try subscription("http://127.0.0.1:9000/a", services: services).endpoint == "http://127.0.0.1:9000/a")
        #expect(throws: WebPushSubscription.Invalid.endpoint) {
            try subscription("http://127.0.0.1:90001/a", services: services)
        }
        #expect(throws: WebPushSubscription.Invalid.endpoint) { try subscription("http://127.0.0.1:9000/a") }
    }

    @Test("Keys of another length, form or alphabet are refused")
    func keys() {
        let endpoint = "https://web.push.apple.com/a"
        for (key, secret) in [
            ("", Self.secret), (Self.key, ""), (String(Self.key.dropLast(2)), Self.secret), (Self.key, "AAAA"),
            ("C" + Self.key.dropFirst(), Self.secret), (Self.key.replacing("_", with: "/"), Self.secret),
            ("not base64 at all!", Self.secret),
        ] {
            #expect(throws: WebPushSubscription.Invalid.keys, "\(key) \(secret)") {
                try subscription(endpoint, key: key, secret: secret)
            }
        }
    }

    @Test(
        "Addresses that lead inside are not public",
        arguments: [
            [0, 0, 0, 0], [10, 1, 2, 3], [100, 64, 0, 1], [127, 0, 0, 1], [169, 254, 169, 254], [172, 16, 0, 1],
            [172, 31, 255, 255], [192, 168, 1, 1], [198, 18, 0, 1], [192, 0, 2, 1], [224, 0, 0, 1],
            [255, 255, 255, 255],
            v6(), v6(last: 1), v6([0: 0xFE, 1: 0x80], last: 1), v6([0: 0xFD], last: 1), v6([0: 0xFC], last: 1),
            v6([0: 0xFF, 1: 0x02], last: 1), v6([10: 0xFF, 11: 0xFF, 12: 127], last: 1),
            v6([1: 0x64, 2: 0xFF, 3: 0x9B, 12: 10], last: 1), v6([0: 0x20, 1: 0x02], last: 1),
            v6([0: 0x20, 1: 0x01, 2: 0x0D, 3: 0xB8], last: 1), v6([0: 0x20, 1: 0x01], last: 1),
        ] as [[UInt8]]
    )
    func inside(bytes: [UInt8]) throws {
        #expect(try !#require(NetworkAddress(bytes: bytes)).isPublic)
    }

    @Test(
        "Addresses of the Internet are public",
        arguments: [
            [8, 8, 8, 8], [172, 15, 0, 1], [172, 32, 0, 1], [100, 63, 255, 255], [100, 128, 0, 1], [169, 253, 0, 1],
            [223, 255, 255, 254], v6([0: 0x2A, 1: 0x00, 2: 0x14, 3: 0x50], last: 1), v6([0: 0x24, 1: 0x04], last: 7),
            v6([10: 0xFF, 11: 0xFF, 12: 8], last: 8),
        ] as [[UInt8]]
    )
    func outside(bytes: [UInt8]) throws {
        #expect(try #require(NetworkAddress(bytes: bytes)).isPublic)
    }

    @Test("Only 4 or 16 bytes are an address")
    func lengths() {
        #expect(NetworkAddress(bytes: []) == nil)
        #expect(NetworkAddress(bytes: [1, 2, 3]) == nil)
        #expect(NetworkAddress(bytes: Array(repeating: 1, count: 15)) == nil)
    }
}

/// Sixteen bytes: zeros but for those given.
private func v6(_ bytes: [Int: UInt8] = [:], last: UInt8 = 0) -> [UInt8] {
    var address = [UInt8](repeating: 0, count: 16)
    for (index, byte) in bytes { address[index] = byte }
    address[15] = last
    return address
}
