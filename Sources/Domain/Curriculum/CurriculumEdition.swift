/// One edition of the national preschool curriculum, as it was put in force by notice. Editions are data: a revision is one
/// more table, and what was labelled under the old one stays readable.
package struct CurriculumEdition: Sendable, Hashable, Identifiable {
    /// `nuri-2019`: lower-case ASCII letters, digits and `-`, at most 40.
    package struct ID: Hashable, Sendable, Comparable, LosslessStringConvertible {
        package let description: String

        package init?(_ description: String) {
            let isPlain = description.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            }
            guard (1...40).contains(description.utf8.count), isPlain else { return nil }
            self.description = description
        }

        package static func < (left: Self, right: Self) -> Bool { left.description < right.description }
    }

    package let id: ID
    package let name: Wording
    /// The notices (고시) that put it in force, with their numbers, in Korean.
    package let notices: [String]
    package let inForceFrom: Day
    /// Whom it is for, in completed years. Outside these ages themes are shown without the curriculum's name.
    package let ages: AgeBand
    /// In the notice's order; each with its categories, and they with their contents.
    package let areas: [Section]

    /// One area of the edition.
    package struct Section: Sendable, Hashable {
        package let area: CurriculumArea
        /// From 1, the first number of the codes.
        package let number: Int
        package let name: Wording
        package let goal: Wording
        /// Whether the Korean goal was found word for word in copies of the notice.
        package let isGoalChecked: Bool
        package let categories: [CurriculumCategory]

        package init(
            area: CurriculumArea,
            number: Int,
            name: Wording,
            goal: Wording,
            isGoalChecked: Bool,
            categories: [CurriculumCategory]
        ) {
            self.area = area
            self.number = number
            self.name = name
            self.goal = goal
            self.isGoalChecked = isGoalChecked
            self.categories = categories
        }
    }

    package init(id: ID, name: Wording, notices: [String], inForceFrom: Day, ages: AgeBand, areas: [Section]) {
        self.id = id
        self.name = name
        self.notices = notices
        self.inForceFrom = inForceFrom
        self.ages = ages
        self.areas = areas
    }

    package var contents: [CurriculumContent] { areas.flatMap(\.categories).flatMap(\.contents) }

    package func section(_ area: CurriculumArea) -> Section? {
        areas.first { $0.area == area }
    }

    /// The area a code belongs to.
    package func area(of code: CurriculumCategoryCode) -> CurriculumArea? {
        areas.first { $0.number == code.area }?.area
    }

    package func category(_ code: CurriculumCategoryCode) -> CurriculumCategory? {
        areas.first { $0.number == code.area }?.categories.first { $0.code == code }
    }

    package func content(_ code: CurriculumCode) -> CurriculumContent? {
        category(code.category)?.contents.first { $0.code == code }
    }
}

/// A category (내용범주) of an area.
package struct CurriculumCategory: Sendable, Hashable {
    package let code: CurriculumCategoryCode
    package let name: Wording
    package let contents: [CurriculumContent]

    package init(code: CurriculumCategoryCode, name: Wording, contents: [CurriculumContent]) {
        self.code = code
        self.name = name
        self.contents = contents
    }
}

/// A content (내용): one sentence of the curriculum.
package struct CurriculumContent: Sendable, Hashable {
    package let code: CurriculumCode
    /// Korean as it stands in the notice; English is our own name for it.
    package let sentence: Wording
    /// Whether the Korean sentence was found word for word in copies of the notice.
    package let isChecked: Bool

    package init(code: CurriculumCode, sentence: Wording, isChecked: Bool) {
        self.code = code
        self.sentence = sentence
        self.isChecked = isChecked
    }
}
