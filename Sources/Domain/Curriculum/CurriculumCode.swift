/// Where a category stands in its edition: `1.2`, area and category, both from 1.
package struct CurriculumCategoryCode: Hashable, Sendable, Comparable, LosslessStringConvertible {
    package let area: Int
    package let category: Int

    package init?(area: Int, category: Int) {
        guard CurriculumCode.limits.contains(area), CurriculumCode.limits.contains(category) else { return nil }
        self.area = area
        self.category = category
    }

    package init?(_ description: String) {
        guard let numbers = CurriculumCode.numbers(in: description), numbers.count == 2 else { return nil }
        self.init(area: numbers[0], category: numbers[1])
    }

    package var description: String { "\(area).\(category)" }

    package static func < (left: Self, right: Self) -> Bool {
        (left.area, left.category) < (right.area, right.category)
    }
}

/// Where a content stands in its edition: `1.2.3`, area, category and content, each from 1. The codes are ours; the notice
/// has none.
package struct CurriculumCode: Hashable, Sendable, Comparable, LosslessStringConvertible {
    package let category: CurriculumCategoryCode
    package let content: Int

    fileprivate static let limits = 1...99

    package init?(category: CurriculumCategoryCode, content: Int) {
        guard Self.limits.contains(content) else { return nil }
        self.category = category
        self.content = content
    }

    package init?(_ description: String) {
        guard let numbers = Self.numbers(in: description), numbers.count == 3,
            let category = CurriculumCategoryCode(area: numbers[0], category: numbers[1])
        else { return nil }
        self.init(category: category, content: numbers[2])
    }

    package var description: String { "\(category).\(content)" }

    package static func < (left: Self, right: Self) -> Bool {
        (left.category, left.content) < (right.category, right.content)
    }

    /// The numbers between the dots; nil for anything that is not written as we write it, `01` and `+1` too.
    fileprivate static func numbers(in text: String) -> [Int]? {
        guard text.utf8.count <= 8 else { return nil }
        var numbers: [Int] = []
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            guard let number = Int(part), String(number) == part else { return nil }
            numbers.append(number)
        }
        return numbers
    }
}

/// A content of one edition, as labels keep it: an old report stays readable after the curriculum was revised.
package struct CurriculumReference: Hashable, Sendable, LosslessStringConvertible {
    package let edition: CurriculumEdition.ID
    package let code: CurriculumCode

    package init(edition: CurriculumEdition.ID, code: CurriculumCode) {
        self.edition = edition
        self.code = code
    }

    /// Reads `nuri-2019/1.2.3`.
    package init?(_ description: String) {
        let parts = description.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let edition = CurriculumEdition.ID(String(parts[0])),
            let code = CurriculumCode(String(parts[1]))
        else { return nil }
        self.init(edition: edition, code: code)
    }

    package var description: String { "\(edition)/\(code)" }
}

/// Somebody's reading that a video touches a content. It is an interpretation, so who read it so, and when, belong to it.
package struct CurriculumMapping: Hashable, Sendable {
    package var video: Video.ID
    package var content: CurriculumReference
    /// Who labelled: a staff id, or the name of the import; nil where that was not recorded.
    package var labelledBy: String?
    package var labelledAt: Instant

    package init(video: Video.ID, content: CurriculumReference, labelledBy: String?, labelledAt: Instant) {
        self.video = video
        self.content = content
        self.labelledBy = labelledBy
        self.labelledAt = labelledAt
    }
}
