import Domain
import Foundation

/// What the app's service worker reads.
struct PushPayload: Encodable {
    let id: String
    let kind: String
    let title: String
    let body: String
    let path: String

    init(_ message: Message) {
        id = message.id.description
        kind = message.kind.rawValue
        title = message.title
        body = message.body
        path = message.path ?? "/"
    }

    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}
