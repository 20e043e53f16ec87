import Contract
package import Foundation
package import Hummingbird
package import NIOCore

/// What every request context of ours knows. A context of signed-in people is a `ChildRequestContext` that copies
/// `coreContext` and `remoteAddress` from its parent; the request's id travels in the core context, see `id`.
package protocol AppContext: RemoteAddressRequestContext where Decoder == JSONDecoder, Encoder == JSONEncoder {}

extension AppContext where Encoder == JSONEncoder, Decoder == JSONDecoder {
    package var responseEncoder: JSONEncoder { .kyck }
    package var requestDecoder: JSONDecoder { .kyck }
    /// 64 KiB: the longest body there is, an outbox of a day's beats, is about half of it.
    package var maxUploadSize: Int { 64 * 1024 }
}

/// The context a request starts with: nobody is signed in yet.
package struct AppRequestContext: AppContext {
    package var coreContext: CoreRequestContextStorage
    /// The other end of the connection: nginx in production. For limits, use `ClientAddress`.
    package let remoteAddress: SocketAddress?

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        remoteAddress = source.channel.remoteAddress
    }
}
