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
                    .event(id: ids.next(), title: title[language], in: language)
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

        @OptionGroup var listing: NoticeListing

        func run() async throws {
            try await listing.run(role: "event") { notices, limit, now in
                try await notices.allEvents(limit: limit).map { NoticeLine($0, now: now) }
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
            try await withdrawNotice("event", id: event.description) { try await $0.withdraw(event, now: $1) }
        }
    }
}
