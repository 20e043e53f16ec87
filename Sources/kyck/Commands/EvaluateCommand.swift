import ArgumentParser
import Domain
import Foundation
import Jobs
import Ranking
import SQL
import Storage

/// How good recommendations are, on anybody's data, on our own plays, and as children take them up.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measures how well each method finds what people go on to like.",
        usage: """
            kyck evaluate --interactions <csv> [--test <csv> | --split <split>] [--items <csv>] [--candidates <file>] [<options>]
            kyck evaluate --own [--split <split>] [<options>]
            kyck evaluate --online [--since <day>] [--json]
            """,
        discussion: """
            Files are CSV, with or without a heading: interactions are user,item,value[,timestamp]; a test is user,item, \
            and its rows are taken out of the interactions; items are item,label|label|…; candidates name one item a \
            line. What counts as liked is a value of at least --positive-from, by default the smallest value that a row \
            of the test has. Without a test, --split makes one: random for each seed, last once. With one split the \
            first seed is used. No database is opened. --lists writes down what each method lists for each user.

            With --own the interactions are what children watched here, their values in 0…1.75 for the part watched and \
            repeats, liked from half a video on; every published video is a candidate. With --online nothing is split: \
            it prints what was shown, opened and watched through, as the API counted it. Both read the database and \
            name no child.
            """
    )

    @Option(help: ArgumentHelp("Everything known.", valueName: "csv"))
    var interactions: String?

    @Flag(help: "Take our own plays.")
    var own = false

    @Flag(help: "Print what came of the offers made so far.")
    var online = false

    @Option(help: ArgumentHelp("With --online: only from this day on, in UTC, as in 2026-11-23.", valueName: "day"))
    var since: Day?

    @Option(help: ArgumentHelp("What is to be found.", valueName: "csv"))
    var test: String?

    @Option(
        help: """
            Without a test: hide a fifth of what each user likes (random, the default for files), or the last of it \
            (last, the default for --own).
            """
    )
    var split: Split?

    @Option(help: ArgumentHelp("The labels of items.", valueName: "csv"))
    var items: String?

    @Option(help: ArgumentHelp("The items that may be listed; by default all that somebody likes.", valueName: "file"))
    var candidates: String?

    @Option(
        help: ArgumentHelp("A file to make: seed,method,user,place,item,score of all that is listed.", valueName: "csv")
    )
    var lists: String?

    @Option(name: .customLong("k"), help: "Lengths of lists, the first for the paired test.")
    var depths = CommaSeparated([10, 20])

    @Option(help: "What splits and choices are drawn with, one run for each.")
    var seeds = CommaSeparated<UInt64>([42, 43, 44])

    @Option(help: "Which methods.")
    var methods = CommaSeparated(Evaluator.Method.allCases)

    @Option(help: "The smallest value that counts as liked.")
    var positiveFrom: Float?

    @Option(help: "Users who like fewer items are left out, unless the test asks about them.")
    var minimum = 5

    @Option(help: "Neighbours of knn.")
    var neighbours = 20

    @Option(help: "Neighbours of item-knn.")
    var itemNeighbours = 200

    @Option(help: "Shrinkage of item-knn.")
    var shrink = 10.0

    @Option(help: "λ of EASE.")
    var easeRegularisation = 100.0

    @Option(help: "λ of CEASE.")
    var ceaseRegularisation = 100.0

    @Option(help: "α of CEASE: what a label counts beside a user.")
    var ceaseLabels = 0.5

    @Option(help: "Memory that one fit may take, in MiB.")
    var memory = 8_192

    @Flag(help: "Print the result as JSON, and nothing else, on stdout.")
    var json = false

    enum Split: String, ExpressibleByArgument, CaseIterable { case random, last }

    func validate() throws {
        try validateSource()
        guard test == nil || split == nil else { throw ValidationError("say either --test or --split") }
        guard depths.values.allSatisfy({ (1...10_000).contains($0) }) else {
            throw ValidationError("--k takes lengths of lists from 1 to 10000")
        }
        guard positiveFrom.map({ $0.isFinite && $0 >= 0 }) ?? true else {
            throw ValidationError("--positive-from must be a number, not below 0")
        }
        guard shrink >= 0, shrink.isFinite, minimum >= 0, ceaseLabels >= 0, ceaseLabels.isFinite else {
            throw ValidationError("--shrink, --minimum and --cease-labels must not be below 0")
        }
        guard easeRegularisation > 0, easeRegularisation.isFinite, ceaseRegularisation > 0, ceaseRegularisation.isFinite
        else { throw ValidationError("--ease-regularisation and --cease-regularisation must be above 0") }
        guard neighbours > 0, itemNeighbours > 0, (1...16_777_216).contains(memory) else {
            throw ValidationError("--neighbours, --item-neighbours and --memory must be above 0")
        }
    }

    private func validateSource() throws {
        guard [interactions != nil, own, online].count(where: \.self) == 1 else {
            throw ValidationError("say one of --interactions, --own and --online")
        }
        // Lists of our own plays would name children.
        guard interactions != nil || [test, items, candidates, lists].allSatisfy({ $0 == nil }) else {
            throw ValidationError("--test, --items, --candidates and --lists are for --interactions")
        }
        guard online || since == nil else { throw ValidationError("--since is for --online") }
        guard !online || (split == nil && positiveFrom == nil) else {
            throw ValidationError("--split and --positive-from are not for --online, which splits nothing")
        }
    }

    func run() async throws {
        try await reportingFailures {
            if online {
                try await printOffers()
                return
            }
            let progress = ProgressLine()
            defer { progress.finish() }
            progress.show("reading")
            let input = try await input()
            let splits = try splits(input)
            let settings = settings(input, seeds: splits.map(\.seed))
            let evaluator = Evaluator(data: input.data, settings: settings) { progress.show($0) }
            let report = try report(of: evaluator, splits, input)
            progress.finish()
            let account = EvaluationAccount(report, input, seeds: settings.seeds, split: splitName)
            if json { try printJSON(account) } else { account.print() }
        }
    }

    private func report(
        of evaluator: Evaluator,
        _ splits: [(seed: UInt64, split: EvaluationSplit)],
        _ input: EvaluationInput
    ) throws -> Evaluator.Report {
        guard let lists else { return try evaluator.run(splits, candidates: input.candidates) }
        let file = try ListFile(path: lists, naming: input.data)
        do {
            let report = try evaluator.run(splits, candidates: input.candidates, listed: file.add)
            try file.close()
            return report
        } catch let failure {
            do {
                try file.discard()
            } catch {
                let explained = failure as? any ExplainedFailure
                throw ExitFailure(
                    explained?.code ?? .unavailable,
                    "\(explained?.explanation ?? "\(failure)"); and a part of \(lists) was left behind: "
                        + error.localizedDescription
                )
            }
            throw failure
        }
    }

    private func input() async throws -> EvaluationInput {
        if let interactions {
            return try EvaluationFiles(
                EvaluationFiles.Paths(interactions: interactions, test: test, items: items, candidates: candidates),
                positiveFrom: positiveFrom,
                minimum: minimum
            ).input
        }
        let platform = try await Platform.open(role: "evaluate")
        let input = try await OwnPlays(training: platform.stores.training).read(
            try await platform.catalogue.current(),
            positiveFrom: positiveFrom,
            minimum: minimum
        )
        try await platform.database.close()
        guard input.data.userCount >= OwnPlays.leastChildren else {
            throw ExitFailure(
                .noInput,
                "\(input.data.userCount) children like \(minimum) videos or more, and fewer than "
                    + "\(OwnPlays.leastChildren) say nothing (--minimum 2 asks for less of each)"
            )
        }
        return input
    }

    private func printOffers() async throws {
        let platform = try await Platform.open(role: "evaluate")
        let start = since.map { Instant(millisecondsSince1970: $0.number * Span.days(1).milliseconds) }
        let totals = try await platform.stores.offers.totals(since: start)
        try await platform.database.close()
        let account = OfferAccount(totals, since: since)
        if json { try printJSON(account) } else { account.print() }
    }

    private var splitKind: Split { split ?? (own ? .last : .random) }
    private var splitName: String { test != nil ? "test" : splitKind.rawValue }

    private func settings(_ input: EvaluationInput, seeds: [UInt64]) -> Evaluator.Settings {
        var settings = Evaluator.Settings()
        settings.methods = methods.values
        settings.depths = depths.values
        settings.seeds = seeds
        settings.positiveFrom = input.positiveFrom
        (settings.neighbours, settings.itemNeighbours, settings.shrink) = (neighbours, itemNeighbours, shrink)
        settings.easeRegularisation = easeRegularisation
        settings.cease.regularisation = ceaseRegularisation
        settings.cease.labelShare = ceaseLabels
        settings.memoryLimit = memory * 1_048_576
        return settings
    }

    private func splits(_ input: EvaluationInput) throws -> [(seed: UInt64, split: EvaluationSplit)] {
        let (known, users, from) = (input.data.interactions, input.data.userCount, input.positiveFrom)
        let splits: [(seed: UInt64, split: EvaluationSplit)]
        if let hidden = input.hidden {
            splits = seeds.values.prefix(1).map { ($0, EvaluationSplit(known: known, hidden: hidden)) }
        } else if splitKind == .last {
            let last = EvaluationSplit.last(known, userCount: users, positiveFrom: from)
            splits = seeds.values.prefix(1).map { ($0, last) }
        } else {
            splits = seeds.values.map { seed in
                (seed, EvaluationSplit.random(known, userCount: users, positiveFrom: from, seed: seed))
            }
        }
        guard splits.allSatisfy({ !$0.split.hidden.allSatisfy(\.isEmpty) }) else {
            throw ExitFailure(
                .badData,
                "\(interactions ?? "our own plays"): nobody likes two items or more, so nothing can be hidden and found again "
                    + "(liked is a value of at least \(from), and users who like fewer than \(minimum) are left out)"
            )
        }
        return splits
    }
}

/// Several values in one argument: `10,20`. One given twice counts once.
struct CommaSeparated<Value: ExpressibleByArgument & Hashable & Sendable>: ExpressibleByArgument, Sendable {
    let values: [Value]

    init(_ values: [Value]) {
        self.values = values
    }

    init?(argument: String) {
        var values: [Value] = []
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            guard let value = Value(argument: part.trimmingCharacters(in: .whitespaces)) else { return nil }
            if !values.contains(value) { values.append(value) }
        }
        self.values = values
    }

    var defaultValueDescription: String { values.map(\.defaultValueDescription).joined(separator: ",") }
    static var allValueStrings: [String] { Value.allValueStrings }
}

extension Evaluator.Method: ExpressibleByArgument {}

extension Day: ExpressibleByArgument {}

extension EvaluationFiles.Malformed: ExplainedFailure {
    var explanation: String { description }
    var code: ExitFailure.Code { isUnreadable ? .noInput : .badData }
}

extension ListFile.Unwritable: ExplainedFailure {
    var explanation: String { description }
    var code: ExitFailure.Code { isName ? .usage : .unavailable }
}

extension CoWatchFit.Failure: ExplainedFailure {
    var explanation: String {
        switch self {
        case .tooLarge(let needed, let limit):
            "a fit would take \(needed / 1_048_576) MiB, and \(limit / 1_048_576) are allowed: leave out item-knn, "
                + "ease, cease and blend by --methods, or allow more by --memory"
        case .notSolvable:
            "a fit has no solution in double precision: choose a larger regularisation"
        case .cancelled: "it was cut short"
        }
    }
    var code: ExitFailure.Code {
        switch self {
        case .tooLarge: .usage
        case .notSolvable: .badData
        case .cancelled: .tryAgain
        }
    }
}
