extension PostgreSQLDatabase {
    /// How to reach a PostgreSQL and how long to wait for it.
    package struct Configuration: Sendable {
        /// A libpq URI (`postgresql://user:password@host1:5432,host2:5432/name?…`) or keyword string. Holds a password:
        /// never logged. Its own parameters win over those Kyck sets (connect time-out, application name).
        package var url: String
        /// Connections, and as many threads. Two per core of the server is a good start; never less than 1.
        package var connections: Int
        /// How long a transaction waits for a free connection before it is refused.
        package var waitingTime: Duration
        /// How long a transaction may take from getting its connection to its commit, retries included.
        package var readDeadline: Duration
        package var writeDeadline: Duration
        /// How long libpq tries each host. libpq counts in seconds and takes no less than two.
        package var connectTimeout: Duration
        /// Unknown outcomes in a row after which writes are refused instead of adding to those that hang.
        package var unknownOutcomesBeforePause: Int
        /// How long after a failed write the next one is let through as a probe.
        package var pause: Duration
        /// How long such a probe may take when it is readiness that asks.
        package var probeDeadline: Duration
        /// How many statements each connection keeps prepared on the server, the most recently used; a plan takes some
        /// ten kilobytes there. 0 prepares none, which a proxy needs that lends its connections by transaction.
        package var preparedStatements: Int

        package init(
            url: String,
            connections: Int = 8,
            waitingTime: Duration = .seconds(2),
            readDeadline: Duration = .seconds(5),
            writeDeadline: Duration = .seconds(5),
            connectTimeout: Duration = .seconds(2),
            unknownOutcomesBeforePause: Int = 3,
            pause: Duration = .seconds(1),
            probeDeadline: Duration = .seconds(2),
            preparedStatements: Int = 256
        ) {
            self.url = url
            self.connections = connections
            self.waitingTime = waitingTime
            self.readDeadline = readDeadline
            self.writeDeadline = writeDeadline
            self.connectTimeout = connectTimeout
            self.unknownOutcomesBeforePause = unknownOutcomesBeforePause
            self.pause = pause
            self.probeDeadline = probeDeadline
            self.preparedStatements = preparedStatements
        }
    }
}
