/// Hands messages to a push network. Never throws: every ending says what is to be done next.
package protocol PushSender: Sendable {
    /// The id of the message makes a repeated send replace the first on the device instead of standing beside it.
    func send(_ message: Message, to address: PushAddress) async -> PushOutcome
}

/// Where a device is reached.
package enum PushAddress: Sendable, Hashable {
    /// A registration token of Firebase Cloud Messaging.
    case firebase(token: String)
    /// A subscription of a browser (RFC 8030).
    case web(WebPushSubscription)
}

/// How one send ended.
package enum PushOutcome: Sendable, Hashable {
    /// The network took it.
    case delivered
    /// The device is no longer reached so: it is forgotten.
    case gone
    /// Try again, not before so much time has passed where the network said how much.
    case later(after: Span?)
    /// The same send would be refused again.
    case refused(PushRefusal)
}

package enum PushRefusal: String, Error, Sendable, Hashable, CaseIterable {
    /// The text is longer than the network takes.
    case tooLong = "too_long"
    /// The address is one we do not send to: private, or not a push service.
    case forbiddenAddress = "forbidden_address"
    /// The keys of the subscription are no keys.
    case badKeys = "bad_keys"
    /// No channel for this kind of device is set up here.
    case noChannel = "no_channel"
    /// The network answered that the request is wrong.
    case rejected
}
