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
                    .boardNotice(id: ids.next(), title: title[language], path: "/posts/\(id)", in: language)
                }
                let told = try await platform.stores.notices.add(post, telling: texts.notify ? message : nil, now: now)
                guard let told else {
                    let boards = try await platform.stores.notices.boards().map(\.name)
                    throw ExitFailure(
                        .noInput,
                        "there is no board \(board); there are \(boards.joined(separator: ", "))"
                    )
                }
                try await platform.database.close()
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

        @OptionGroup var listing: NoticeListing

        func run() async throws {
            try await listing.run(role: "post") { notices, limit, now in
                try await notices.allPosts(limit: limit).map { NoticeLine($0, now: now) }
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
            try await withdrawNotice("post", id: post.description) { try await $0.withdraw(post, now: $1) }
        }
    }
}
