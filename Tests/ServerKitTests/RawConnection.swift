import NIOCore
import NIOPosix

/// A connection that says exactly the bytes it is given, for what no HTTP client would send.
enum RawConnection {
    /// Sends the text and answers with everything that comes back until the server closes or `enough` is content.
    static func send(_ text: String, port: Int, until enough: (String) -> Bool = { _ in false }) async throws -> String
    {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: text))
            var answer = ""
            for try await part in inbound {
                answer += String(buffer: part)
                if enough(answer) { break }
            }
            return answer
        }
    }
}
