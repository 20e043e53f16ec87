import ArgumentParser
import Foundation
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

struct APICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "api", abstract: "Serves the mobile app's API.")

    func run() async throws {
        try await serve("api") { try await buildAPI($0) }
    }
}

struct RecommenderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recommender",
        abstract: "Serves recommendations on a private address."
    )

    func run() async throws {
        try await serve("recommender") { try buildRecommender($0) }
    }
}

struct AllCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "all",
        abstract: "Runs every role in one process."
    )

    func run() async throws {
        try await serve("all") { platform in
            try await buildMessageDelivery(platform) + (try buildJobs(platform)) + (try buildRecommender(platform))
                + (try await buildAPI(platform, keepsEngine: false))
        }
    }
}

/// Runs roles until SIGTERM or SIGINT: the last to start stops first, the database last of all.
func serve(_ role: String, _ roles: (Platform) async throws -> [any Service]) async throws {
    try await reportingFailures {
        let platform = try await Platform.open(role: role)
        let services = [DatabaseService(database: platform.database)] + (try await roles(platform))
        var configuration = ServiceGroupConfiguration(
            services: services.map { service in
                ServiceGroupConfiguration.ServiceConfiguration(
                    service: service,
                    successTerminationBehavior: .ignore,
                    failureTerminationBehavior: .cancelGroup
                )
            },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: platform.logger
        )
        configuration.maximumGracefulShutdownDuration = .seconds(30)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch let error as ServiceGroupError {
            throw ExitFailure(.internalError, "a part of the service ended early: \(error)")
        } catch is CancellationError {
            // The time to stop was over: a client that stalls in the middle of its request holds the end up no longer.
            platform.logger.warning("Requests that did not end in time were cut off")
        } catch let error as IOError where cannotListen.contains(error.errnoCode) {
            throw notListening(role, platform.settings, because: String(cString: strerror(error.errnoCode)))
        } catch let error as SocketAddressError.UnknownHost {
            throw notListening(role, platform.settings, because: "there is no address \(error.host)")
        }
    }
}

/// The port is taken, is not ours to take, or the address is another machine's.
private let cannotListen = [EADDRINUSE, EACCES, EADDRNOTAVAIL]

private func notListening(_ role: String, _ settings: Settings, because reason: String) -> ExitFailure {
    ExitFailure(
        .unavailable,
        """
        kyck \(role) cannot listen: \(reason). KYCK_HOST is \(settings.host), KYCK_API_PORT \(settings.apiPort), \
        KYCK_RECOMMENDER_PORT \(settings.recommenderPort), KYCK_JOBS_PORT \(settings.jobsPort)
        """
    )
}
