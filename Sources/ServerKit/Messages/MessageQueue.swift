package import Domain
package import Logging
import ServiceLifecycle

/// Sends text messages behind the answers: a request is answered in the same time whether or not a message goes out, and
/// a slow network holds nobody up. Bounded: a message that finds the queue full is refused, never kept for ever.
package struct MessageQueue: Service {
    package struct Message: Sendable {
        package let text: String
        package let phone: PhoneNumber
        /// Called once the network has taken the message.
        package let onSent: @Sendable () async throws -> Void

        package init(
            text: String,
            phone: PhoneNumber,
            onSent: @escaping @Sendable () async throws -> Void = {}
        ) {
            self.text = text
            self.phone = phone
            self.onSent = onSent
        }
    }

    private let sender: any SMSSender
    private let logger: Logger
    private let stream: AsyncStream<Message>
    private let continuation: AsyncStream<Message>.Continuation

    package init(sender: any SMSSender, logger: Logger, capacity: Int = 1_000) {
        self.sender = sender
        self.logger = logger
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(capacity))
    }

    /// False when the queue is full or has stopped.
    package func enqueue(_ message: Message) -> Bool {
        if case .enqueued = continuation.yield(message) { true } else { false }
    }

    /// Sends what is queued, one after the other; after the signal to stop, what is still queued and no more.
    package func run() async {
        await withGracefulShutdownHandler {
            for await message in stream { await send(message) }
        } onGracefulShutdown: {
            continuation.finish()
        }
    }

    private func send(_ message: Message) async {
        do {
            try await sender.send(message.text, to: message.phone)
            try await message.onSent()
        } catch {
            // The number stays out of the log; what matters here is that messages fail, not whose.
            logger.error("Message was not sent", metadata: ["error_type": "\(type(of: error))"])
        }
    }
}
