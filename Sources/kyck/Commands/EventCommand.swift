import ArgumentParser
import Domain
import SQL
import Storage

struct EventCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "event",
        abstract: "Makes the app open a window, until the guardian puts it away.",
        subcommands: [Add.self, List.self, Withdraw.self]
    )

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "add", abstract: "Adds an event; prints its id.")

        @Option(help: ArgumentHelp("Where in the app its button leads: /report.", valueName: "path"))
        var path: String?

        @OptionGroup var texts: NoticeTexts

        func validate() throws {
            guard path?.wholeMatch(of: /\/[A-Za-z0-9\/_-]{0,199}/) != nil || path == nil else {
                throw ValidationError("--path must begin with / and lead to a place in the app")
            }
        }

        func run() async throws {
            try await reportingFailures {
                let (title, body) = (try texts.title(), try texts.body())
                let platform = try await Platform.open(role: "event")
                let now = platform.clock.now()
                let event = Event(
                    id: platform.ids.next(),
                    title: title,
                    body: body,
                    path: path,
                    period: try texts.period(now: now)
                )
                let ids = platform.ids
                let message: @Sendable (Guardian.Language) -> Message = { language in
                    .event(id: ids.next(), title: title.text(in: language), in: language)
                }
                let told = try await platform.stores.notices.add(
                    event,
                    telling: texts.notify ? message : nil,
                    now: now
                )
                try await platform.database.close()
                print(event.id)
                if texts.notify { print("guardians told: \(told)") }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Shows the newest events, also those to come, over or withdrawn."
        )

        @Option(help: "At most so many, 1 to 1000.")
        var limit = 50

        @Flag(help: "Print them as JSON.")
        var json = false

        func validate() throws {
            guard (1...1_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000") }
        }

        func run() async throws {
            try await reportingFailures {
                let platform = try await Platform.open(role: "event")
                let events = try await platform.stores.notices.allEvents(limit: limit)
                try await platform.database.close()
                let now = platform.clock.now()
                let lines = events.map { event in
                    NoticeLine(
                        id: event.id.description,
                        place: event.path ?? "-",
                        title: event.title,
                        period: event.period,
                        withdrawnAt: event.withdrawnAt,
                        now: now
                    )
                }
                try NoticeLine.print(lines, asJSON: json)
            }
        }
    }

    struct Withdraw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "withdraw",
            abstract: "Ends an event at once and for good."
        )

        @Argument(help: "The id of the event.", transform: noticeID)
        var event: Event.ID

        func run() async throws {
            try await reportingFailures {
                let platform = try await Platform.open(role: "event")
                let ending = try await platform.stores.notices.withdraw(event, now: platform.clock.now())
                try await platform.database.close()
                try ending.report("event", id: event.description)
            }
        }
    }
}
