import AsyncHTTPClient
import CoreMetrics
import Domain
import Foundation
import Jobs
import Outbound
import ServerKit
import ServiceLifecycle
import Storage

/// What seals and opens push addresses, and says what browsers subscribe with.
func buildPushVault(_ platform: Platform) throws -> PushVault {
    let settings = platform.settings
    return PushVault(
        keyring: settings.keyring,
        services: pushServices(settings),
        webPushKey: try buildVAPID(settings, clock: platform.clock)?.publicKey
    )
}

private func pushServices(_ settings: Settings) -> PushServices {
    guard let standIn = settings.push.standIn else { return .known }
    return PushServices.known.adding(standIn: standIn)
}

/// Nil where Web Push is not set up.
func buildVAPID(_ settings: Settings, clock: Domain.Clock) throws -> VAPID? {
    guard let key = settings.push.vapidKey, let contact = settings.push.vapidContact else { return nil }
    do throws(VAPID.Invalid) {
        return try VAPID(privateKey: key, contact: contact, clock: clock)
    } catch {
        switch error {
        case .key: throw ExitFailure(.configuration, "KYCK_VAPID_KEY is not a P-256 key: 32 bytes in base64url")
        case .contact: throw ExitFailure(.configuration, "KYCK_VAPID_CONTACT must be a mailto: or https: address")
        }
    }
}

/// The sender of the outbox; nothing where no push network is set up: messages wait then until they are too old.
func buildMessageDelivery(_ platform: Platform) async throws -> [any Service] {
    let settings = platform.settings
    let account = try await buildServiceAccount(settings)
    let vapid = try buildVAPID(settings, clock: platform.clock)
    guard account != nil || vapid != nil else { return [] }
    let open = try buildPushVault(platform).open
    return [
        PushService { http in
            let firebase = account.map { account in
                FCMClient(
                    http: http,
                    account: account,
                    baseAddress: settings.push.firebaseURL,
                    clock: platform.clock,
                    logger: platform.logger
                )
            }
            let web = vapid.map { vapid in
                WebPushClient(
                    http: http,
                    vapid: vapid,
                    services: pushServices(settings),
                    clock: platform.clock,
                    logger: platform.logger
                )
            }
            return MessageDelivery(
                outbox: platform.stores.outbox,
                devices: platform.stores.devices,
                sender: PushChannels(firebase: firebase, web: web),
                open: open,
                clock: platform.clock,
                ids: platform.ids,
                record: pushMeters(platform.metrics),
                logger: platform.logger
            )
        }
    ]
}

/// Delivers over connections of its own, which are there as long as it runs.
private struct PushService: Service {
    let delivery: @Sendable (HTTPClient) -> MessageDelivery

    func run() async throws {
        let http = HTTPClient(configuration: PushCall.httpConfiguration)
        await delivery(http).run()
        try await http.shutdown()
    }
}

/// `push_sends_total` by kind and outcome, all there from the start, so that a rate can be taken of each.
private func pushMeters(_ metrics: any MetricsFactory) -> @Sendable (PushOutcome, Message.Kind) -> Void {
    struct Key: Hashable {
        let kind: Message.Kind
        let outcome: String
    }
    let keys = Message.Kind.allCases.flatMap { kind in
        ["delivered", "gone", "later", "refused"].map { Key(kind: kind, outcome: $0) }
    }
    let counters = Dictionary(
        uniqueKeysWithValues: keys.map { key in
            let labels = [("kind", key.kind.rawValue), ("outcome", key.outcome)]
            return (key, Counter(label: "push_sends_total", dimensions: labels, factory: metrics))
        }
    )
    return { outcome, kind in
        let word =
            switch outcome {
            case .delivered: "delivered"
            case .gone: "gone"
            case .later: "later"
            case .refused: "refused"
            }
        counters[Key(kind: kind, outcome: word)]?.increment()
    }
}

/// Nil where Firebase is not set up.
private func buildServiceAccount(_ settings: Settings) async throws -> ServiceAccount? {
    guard let path = settings.push.firebaseAccount else { return nil }
    guard let json = FileManager.default.contents(atPath: path) else {
        throw ExitFailure(
            .noInput,
            "the service account \(path), which KYCK_FIREBASE_ACCOUNT names, cannot be read"
        )
    }
    do throws(ServiceAccount.Invalid) {
        return try await ServiceAccount(json: Array(json))
    } catch {
        let fault =
            switch error {
            case .unreadable: "is no service account"
            case .key: "has no private RSA key of 2,048 bits or more"
            case .address(let address): "has a token address that is not https: \(address)"
            }
        throw ExitFailure(.configuration, "the file \(path), which KYCK_FIREBASE_ACCOUNT names, \(fault)")
    }
}
