import Domain
import Testing

@Suite("The curriculum")
struct CurriculumTests {
    private let curriculum: Curriculum
    private let edition: CurriculumEdition

    init() throws {
        curriculum = try .bundled()
        let id = try #require(CurriculumEdition.ID("nuri-2019"))
        edition = try #require(curriculum.edition(id))
    }

    @Test("The 2019 edition has 5 areas, 15 categories and 59 contents, split 12/12/12/10/13")
    func counts() {
        #expect(edition.areas.map(\.area) == CurriculumArea.allCases)
        #expect(edition.areas.map(\.categories.count) == [3, 3, 3, 3, 3])
        #expect(edition.areas.map { $0.categories.reduce(0) { $0 + $1.contents.count } } == [12, 12, 12, 10, 13])
        #expect(edition.contents.count == 59)
        #expect(Set(edition.contents.map(\.code)).count == 59)
        #expect(Set(edition.contents.map(\.sentence.korean)).count == 59)
        #expect(Set(edition.contents.map(\.sentence.english)).count == 59)
    }

    @Test("It names its two notices, the day it came into force and its ages")
    func head() throws {
        #expect(edition.notices == ["교육부 고시 제2019-189호", "보건복지부 고시 제2019-152호"])
        #expect(edition.inForceFrom == Day("2020-03-01"))
        #expect(edition.ages == AgeBand("3-5"))
        let eve = try #require(Day("2020-02-29"))
        #expect(curriculum.edition(inForceOn: eve) == nil)
        #expect(curriculum.edition(inForceOn: edition.inForceFrom)?.id == edition.id)
    }

    @Test("Seven contents and four goals are still to be checked, and it says which")
    func checked() {
        let unchecked = edition.contents.filter { !$0.isChecked }.map(\.code.description)
        #expect(unchecked == ["1.2.2", "1.3.2", "1.3.4", "3.3.1", "3.3.2", "4.2.3", "5.3.3"])
        #expect(edition.areas.filter { !$0.isGoalChecked }.map(\.area) == [.communication, .social, .art, .nature])
    }

    @Test("Every code finds its sentence, its category and its area")
    func lookup() throws {
        for section in edition.areas {
            for category in section.categories {
                #expect(edition.category(category.code) == category)
                #expect(edition.area(of: category.code) == section.area)
                for content in category.contents {
                    #expect(edition.content(content.code) == content)
                    #expect(CurriculumCode(content.code.description) == content.code)
                    let reference = CurriculumReference(edition: edition.id, code: content.code)
                    #expect(CurriculumReference(reference.description) == reference)
                    #expect(curriculum.area(of: reference) == section.area)
                }
            }
        }
        let counting = try #require(CurriculumCode("5.2.2"))
        #expect(edition.content(counting)?.sentence.korean == "물체를 세어 수량을 알아본다")
    }

    @Test("A label means a content of the edition in force, or of the edition it names")
    func labels() throws {
        let today = try #require(Day("2026-11-23"))
        #expect(curriculum.reference(label: "5.2.2", on: today)?.description == "nuri-2019/5.2.2")
        #expect(curriculum.reference(label: "nuri-2019/5.2.2", on: today)?.description == "nuri-2019/5.2.2")
        for name in ["5.2.8", "6.1.1", "nuri-2012/5.2.2", "", "5.2", "숫자"] {
            #expect(curriculum.reference(label: name, on: today) == nil)
        }
        let before = try #require(Day("2019-12-31"))
        #expect(curriculum.reference(label: "5.2.2", on: before) == nil)
    }

    @Test(
        "What is no code is refused",
        arguments: [
            "", ".", "1", "1.2", "1.2.3.4", "0.1.1", "1.0.1", "1.1.0", "01.1.1", "+1.1.1", "1.1.100", "1. 1.1", "１.1.1",
        ]
    )
    func malformedCode(text: String) {
        #expect(CurriculumCode(text) == nil)
    }

    @Test("No sentence promises or ranks anything, in either language")
    func wording() {
        let texts =
            edition.areas.flatMap { [$0.name, $0.goal] } + edition.areas.flatMap(\.categories).map(\.name)
            + edition.contents.map(\.sentence)
        for text in texts { ForbiddenWords.check(text) }
    }
}
