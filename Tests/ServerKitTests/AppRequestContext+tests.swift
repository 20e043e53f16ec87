import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import ServerKit

extension AppRequestContext {
    /// A context of no connection.
    static var forTests: AppRequestContext {
        AppRequestContext(source: .init(channel: EmbeddedChannel(), logger: Logger(label: "test")))
    }
}
