package import HummingbirdCore
import Logging
package import NIOCore

extension HTTPServerBuilder {
    /// HTTP/1.1 whose requests run on the event loop that reads their connection and writes its answers.
    ///
    /// By default Swift runs tasks on a pool of its own, and each request changes threads twice on its way in and out,
    /// which for short requests costs more than what is done in between. What takes long must not run here: it would hold
    /// up every connection of the loop. The database has threads of its own.
    package static var http1OnLoops: HTTPServerBuilder { http1OnLoops(idleTimeout: .seconds(75)) }

    /// - Parameter idleTimeout: how long a connection may say nothing while it owes us the rest of a request, or between
    ///   two. Longer than the 60 s that nginx keeps its own idle ones.
    package static func http1OnLoops(idleTimeout: TimeAmount) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            ConnectionsOnLoops(
                base: HTTP1Channel(responder: responder, configuration: .init(idleTimeout: idleTimeout))
            )
        }
    }
}

private struct ConnectionsOnLoops: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    let base: HTTP1Channel

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        base.setup(channel: channel, logger: logger)
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskExecutorPreference(LoopExecutor(loop: value.channel.eventLoop)) {
            await base.handle(value: value, logger: logger)
        }
    }
}

/// Runs tasks on an event loop, between its turns of reading and writing.
private final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(loop: any EventLoop) {
        self.loop = loop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
