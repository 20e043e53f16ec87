import Domain
import Foundation
import Ranking
import Storage

/// What came of the offers made to children, as a table for people and as JSON for programs.
struct OfferAccount {
    private let totals: [OfferStore.Total]
    private let since: Day?

    init(_ totals: [OfferStore.Total], since: Day?) {
        (self.totals, self.since) = (totals, since)
    }

    // MARK: - For people

    func print() {
        let start = since.map { " since \($0) (UTC)" } ?? ""
        guard !totals.isEmpty else {
            Swift.print("Nothing was shown or played\(since == nil ? " yet" : start).")
            return
        }
        Swift.print("What was offered\(start), with 95 % intervals (Wilson):")
        Swift.print("")
        for line in TextTable.aligned([Self.heading] + totals.map(row)) { Swift.print(line) }
    }

    private static let heading = [
        "surface, reason", "shown", "opened", "finished", "opened/shown", "interval", "finished/opened", "interval",
    ]

    private func row(_ total: OfferStore.Total) -> [String] {
        [
            "\(total.offer.surface.rawValue), \(total.offer.reasonName)", ClosingTable.grouped(total.shown),
            ClosingTable.grouped(total.opened), ClosingTable.grouped(total.finished),
        ] + Self.texts(total.openedPerShown) + Self.texts(total.finishedPerOpened)
    }

    /// The share and its interval; dashes where there is none.
    private static func texts(_ interval: WilsonInterval?) -> [String] {
        guard let interval else { return ["–", "–"] }
        func percent(_ share: Double) -> String { String(format: "%.1f", share * 100) }
        return ["\(percent(interval.share)) %", "\(percent(interval.low))…\(percent(interval.high)) %"]
    }
}

extension OfferStore.Total {
    /// Nil where no list shows such an offer, and where more was opened than shown: lists that an app kept.
    fileprivate var openedPerShown: WilsonInterval? { WilsonInterval(opened, of: shown) }
    fileprivate var finishedPerOpened: WilsonInterval? { WilsonInterval(finished, of: opened) }
}

// MARK: - For programs

extension OfferAccount: Encodable {
    private struct Share: Encodable {
        let share, low, high: Double

        init?(_ interval: WilsonInterval?) {
            guard let interval else { return nil }
            (share, low, high) = (interval.share, interval.low, interval.high)
        }
    }

    private struct Row: Encodable {
        let total: OfferStore.Total

        private enum Keys: String, CodingKey {
            case surface, reason, shown, opened, finished
            case openedPerShown = "opened_per_shown"
            case finishedPerOpened = "finished_per_opened"
        }

        /// Every field is written, null included.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(total.offer.surface, forKey: .surface)
            try container.encode(total.offer.reasonName, forKey: .reason)
            try container.encode(total.shown, forKey: .shown)
            try container.encode(total.opened, forKey: .opened)
            try container.encode(total.finished, forKey: .finished)
            try container.encode(Share(total.openedPerShown), forKey: .openedPerShown)
            try container.encode(Share(total.finishedPerOpened), forKey: .finishedPerOpened)
        }
    }

    private enum Keys: String, CodingKey { case since, offers }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(since?.description, forKey: .since)
        try container.encode(totals.map(Row.init), forKey: .offers)
    }
}
