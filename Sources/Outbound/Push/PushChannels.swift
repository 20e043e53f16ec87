package import Domain

/// Every channel there is behind one sender. A channel that is not set up refuses; nothing is lost of the others.
package struct PushChannels: PushSender {
    private let firebase: FCMClient?
    private let web: WebPushClient?

    package init(firebase: FCMClient?, web: WebPushClient?) {
        self.firebase = firebase
        self.web = web
    }

    package func send(_ message: Message, to address: PushAddress) async -> PushOutcome {
        let channel: (any PushSender)? =
            switch address {
            case .firebase: firebase
            case .web: web
            }
        guard let channel else { return .refused(.noChannel) }
        return await channel.send(message, to: address)
    }
}
