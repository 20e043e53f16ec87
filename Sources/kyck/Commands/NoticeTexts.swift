import ArgumentParser
import Contract
import Domain
import Foundation

/// What posts and events are made of on the command line.
struct NoticeTexts: ParsableArguments {
    static let titleLength = 1...80
    static let bodyLength = 1...4_000

    @Option(help: ArgumentHelp("The title in Korean.", valueName: "text"))
    var titleKo: String

    @Option(help: ArgumentHelp("The title in English.", valueName: "text"))
    var titleEn: String

    @Option(help: ArgumentHelp("The text in Korean; @FILE reads it from a file.", valueName: "text"))
    var bodyKo: String

    @Option(help: ArgumentHelp("The text in English; @FILE reads it from a file.", valueName: "text"))
    var bodyEn: String

    @Option(
        name: .customLong("from"),
        help: ArgumentHelp("When it begins to be shown, 2026-11-23T09:00+09:00; now, if not given.", valueName: "time"),
        transform: noticeTime
    )
    var start: Instant?

    @Option(
        name: .customLong("until"),
        help: ArgumentHelp("When it ends; it stays, if not given.", valueName: "time"),
        transform: noticeTime
    )
    var end: Instant?

    @Flag(help: "Tell every guardian who wants to be told.")
    var notify = false

    func title() throws -> Wording {
        Wording(
            korean: try checked(titleKo, "--title-ko", Self.titleLength),
            english: try checked(titleEn, "--title-en", Self.titleLength)
        )
    }

    func body() throws -> Wording {
        Wording(
            korean: try checked(try read(bodyKo), "--body-ko", Self.bodyLength),
            english: try checked(try read(bodyEn), "--body-en", Self.bodyLength)
        )
    }

    func period(now: Instant) throws -> NoticePeriod {
        guard let period = NoticePeriod(start: start ?? now, end: end) else {
            throw ExitFailure(.badData, "--until must be after the start")
        }
        if let end, end <= now { throw ExitFailure(.badData, "--until is over: nobody would see it") }
        if notify, period.start > now {
            throw ExitFailure(.badData, "--notify tells guardians now, and it begins later: leave one of them out")
        }
        return period
    }

    private func read(_ text: String) throws -> String {
        guard text.hasPrefix("@") else { return text }
        let path = String(text.dropFirst())
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ExitFailure(.noInput, "the file \(path) cannot be read")
        }
        guard let read = String(validating: data, as: UTF8.self) else {
            throw ExitFailure(.badData, "the file \(path) is not UTF-8")
        }
        return read
    }

    private func checked(_ text: String, _ name: String, _ length: ClosedRange<Int>) throws -> String {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard length.contains(trimmed.count), !trimmed.utf8.contains(0) else {
            throw ExitFailure(.badData, "\(name) must have \(length.lowerBound) to \(length.upperBound) characters")
        }
        return trimmed
    }
}

@Sendable private func noticeTime(_ text: String) throws -> Instant {
    guard let time = Timestamp(text) ?? Timestamp(text.replacing(/T(\d\d:\d\d)(?=[Z+-])/) { "T\($0.1):00" }) else {
        throw ValidationError("\(text) is no time: write 2026-11-23T09:00+09:00")
    }
    return Instant(millisecondsSince1970: time.millisecondsSince1970)
}
