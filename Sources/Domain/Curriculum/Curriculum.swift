/// Every edition we know. The data is in tables beside this file, embedded in the program: a label names edition and code,
/// and which codes there are is decided here and not in a database, so that a sentence that was checked, or a new
/// edition, comes with a release and needs no migration.
package struct Curriculum: Sendable, Hashable {
    /// Oldest first.
    package let editions: [CurriculumEdition]

    package init(editions: [CurriculumEdition]) {
        self.editions = editions.sorted { ($0.inForceFrom, $0.id) < ($1.inForceFrom, $1.id) }
    }

    /// The editions that come with the program.
    package static func bundled() throws(MalformedTable) -> Self {
        Self(editions: [try CurriculumEdition(table: PackageResources.nuri_2019_tsv, name: "nuri-2019.tsv")])
    }

    package func edition(_ id: CurriculumEdition.ID) -> CurriculumEdition? {
        editions.first { $0.id == id }
    }

    /// The newest edition that was in force on a day.
    package func edition(inForceOn day: Day) -> CurriculumEdition? {
        editions.last { $0.inForceFrom <= day }
    }

    package func content(_ reference: CurriculumReference) -> CurriculumContent? {
        edition(reference.edition)?.content(reference.code)
    }

    package func area(of reference: CurriculumReference) -> CurriculumArea? {
        edition(reference.edition)?.area(of: reference.code.category)
    }

    /// What a label of the kind `content` means: `nuri-2019/1.2.3`, or `1.2.3` of the newest edition in force on `day`. Nil
    /// for what no edition has.
    package func reference(label name: String, on day: Day) -> CurriculumReference? {
        let reference =
            CurriculumReference(name)
            ?? CurriculumCode(name).flatMap { code in
                edition(inForceOn: day).map { CurriculumReference(edition: $0.id, code: code) }
            }
        guard let reference, content(reference) != nil else { return nil }
        return reference
    }
}
