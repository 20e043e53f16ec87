package import Domain
package import SQL

/// How the values of `Domain` are kept in columns. A stored text that is no such value makes the row unreadable: it
/// fails the request instead of being guessed.
extension Identifier: SQLConvertible {
    package var sqlValue: SQLValue { .text(description) }
    package init?(sqlValue: SQLValue) {
        guard case .text(let text) = sqlValue else { return nil }
        self.init(text)
    }
}

extension Instant: SQLConvertible {
    package var sqlValue: SQLValue { .integer(millisecondsSince1970) }
    package init?(sqlValue: SQLValue) {
        guard case .integer(let milliseconds) = sqlValue else { return nil }
        self.init(millisecondsSince1970: milliseconds)
    }
}

extension Span: SQLConvertible {
    package var sqlValue: SQLValue { .integer(milliseconds) }
    package init?(sqlValue: SQLValue) {
        guard case .integer(let milliseconds) = sqlValue else { return nil }
        self.init(milliseconds: milliseconds)
    }
}

extension SQLConvertible where Self: RawRepresentable, RawValue == String {
    package var sqlValue: SQLValue { .text(rawValue) }
    package init?(sqlValue: SQLValue) {
        guard case .text(let text) = sqlValue else { return nil }
        self.init(rawValue: text)
    }
}

extension SQLConvertible where Self: LosslessStringConvertible {
    package var sqlValue: SQLValue { .text(description) }
    package init?(sqlValue: SQLValue) {
        guard case .text(let text) = sqlValue else { return nil }
        self.init(text)
    }
}

extension Video.State: SQLConvertible {}
extension YouTubeVideoID: SQLConvertible {}
extension YouTubeChannelID: SQLConvertible {}
extension Label.Kind: SQLConvertible {}
extension CurriculumArea: SQLConvertible {}
extension Guardian.Language: SQLConvertible {}
extension Avatar: SQLConvertible {}
extension BirthMonth: SQLConvertible {}
extension Surface: SQLConvertible {}
extension Recommendation.Reason: SQLConvertible {}
extension PlayLedger.State: SQLConvertible {}
extension BeatNumbers: SQLConvertible {}
extension AgeGroup: SQLConvertible {
    package var sqlValue: SQLValue { .integer(Int64(rawValue)) }
    package init?(sqlValue: SQLValue) {
        guard case .integer(let number) = sqlValue, let number = Int(exactly: number) else { return nil }
        self.init(rawValue: number)
    }
}
extension Day: SQLConvertible {}
extension CurriculumEdition.ID: SQLConvertible {}
extension CurriculumCode: SQLConvertible {}
extension AdviceRule.ID: SQLConvertible {}
extension Block.Kind: SQLConvertible {}
extension ChildRequest.Kind: SQLConvertible {}
extension ChildRequest.State: SQLConvertible {}
extension Message.Kind: SQLConvertible {}
extension PushDevice.Kind: SQLConvertible {}
