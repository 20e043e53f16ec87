import ArgumentParser
import Domain
import SQL
import Storage

struct PostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "post",
        abstract: "Writes on the boards of the app.",
        subcommands: [Add.self, List.self, Withdraw.self]
    )

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "add", abstract: "Writes a post; prints its id.")

        @Option(help: ArgumentHelp("The board: notices or parenting.", valueName: "name"))
        var board = "notices"

        @OptionGroup var texts: NoticeTexts

        func run() async throws {
            try await reportingFailures {
                let (title, body) = (try texts.title(), try texts.body())
                let platform = try await Platform.open(role: "post")
                let now = platform.clock.now()
                let post = Post(
                    id: platform.ids.next(),
                    board: board,
                    title: title,
                    body: body,
                    period: try texts.period(now: now)
                )
                let (id, ids) = (post.id, platform.ids)
                let message: @Sendable (Guardian.Language) -> Message = { language in
                    .boardNotice(id: ids.next(), title: title.text(in: language), path: "/posts/\(id)", in: language)
                }
                let told = try await platform.stores.notices.add(post, telling: texts.notify ? message : nil, now: now)
                let boards = try await platform.stores.notices.boards().map(\.name)
                try await platform.database.close()
                guard let told else {
                    throw ExitFailure(
                        .noInput,
                        "there is no board \(board); there are \(boards.joined(separator: ", "))"
                    )
                }
                print(post.id)
                if texts.notify { print("guardians told: \(told)") }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Shows the newest posts, also those to come, over or withdrawn."
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
                let platform = try await Platform.open(role: "post")
                let posts = try await platform.stores.notices.allPosts(limit: limit)
                try await platform.database.close()
                let now = platform.clock.now()
                let lines = posts.map { post in
                    NoticeLine(
                        id: post.id.description,
                        place: post.board,
                        title: post.title,
                        period: post.period,
                        withdrawnAt: post.withdrawnAt,
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
            abstract: "Takes a post from its board for good."
        )

        @Argument(help: "The id of the post.", transform: noticeID)
        var post: Post.ID

        func run() async throws {
            try await reportingFailures {
                let platform = try await Platform.open(role: "post")
                let ending = try await platform.stores.notices.withdraw(post, now: platform.clock.now())
                try await platform.database.close()
                try ending.report("post", id: post.description)
            }
        }
    }
}

@Sendable func noticeID<Subject>(_ text: String) throws -> Identifier<Subject> {
    guard let id = Identifier<Subject>(text) else { throw ValidationError("\(text) is no id") }
    return id
}

extension NoticeStore.Withdrawal {
    func report(_ what: String, id: String) throws {
        switch self {
        case .withdrawn: print("withdrawn \(id)")
        case .before: throw ExitFailure(.badData, "the \(what) \(id) was withdrawn before")
        case .unknown: throw ExitFailure(.noInput, "there is no \(what) \(id)")
        }
    }
}
