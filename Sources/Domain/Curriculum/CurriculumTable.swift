extension CurriculumEdition {
    /// Reads an edition from a table: its head, then areas with their goal, categories and contents in the order of their
    /// codes. Anything that is out of order, missing or there twice refuses the whole table.
    init(table bytes: [UInt8], name: String) throws(MalformedTable) {
        var reading = CurriculumReading()
        for row in try EmbeddedTable(bytes, name: name).rows {
            try reading.read(row)
        }
        self = try reading.edition(of: name)
    }
}

private struct CurriculumReading {
    private struct OpenArea {
        let area: CurriculumArea
        let number: Int
        let name: Wording
        var goal: (wording: Wording, isChecked: Bool)?
        var categories: [(code: CurriculumCategoryCode, name: Wording, contents: [CurriculumContent])] = []
    }

    private var head: (id: CurriculumEdition.ID, name: Wording)?
    private var notices: [String] = []
    private var inForceFrom: Day?
    private var ages: AgeBand?
    private var areas: [OpenArea] = []

    mutating func read(_ row: EmbeddedTable.Row) throws(MalformedTable) {
        switch row.cells[0] {
        case "edition":
            try row.require(cells: 4)
            guard head == nil, let id = CurriculumEdition.ID(row.cells[1]) else {
                throw row.malformed("names no edition")
            }
            head = (id, Wording(korean: row.cells[2], english: row.cells[3]))
        case "notice":
            try row.require(cells: 2)
            notices.append(row.cells[1])
        case "in_force":
            try row.require(cells: 2)
            guard inForceFrom == nil, let day = Day(row.cells[1]) else { throw row.malformed("is no day") }
            inForceFrom = day
        case "ages":
            try row.require(cells: 2)
            guard ages == nil, let band = AgeBand(row.cells[1]) else { throw row.malformed("is no band of ages") }
            ages = band
        case "area": try readArea(row)
        case "goal": try readGoal(row)
        case "category": try readCategory(row)
        case "content": try readContent(row)
        default: throw row.malformed("begins with '\(row.cells[0].prefix(20))'")
        }
    }

    private mutating func readArea(_ row: EmbeddedTable.Row) throws(MalformedTable) {
        try row.require(cells: 5)
        guard let area = CurriculumArea(rawValue: row.cells[2]), !areas.contains(where: { $0.area == area }),
            row.cells[1] == String(areas.count + 1)
        else { throw row.malformed("is no area, or not the next one") }
        let name = Wording(korean: row.cells[3], english: row.cells[4])
        areas.append(OpenArea(area: area, number: areas.count + 1, name: name))
    }

    private mutating func readGoal(_ row: EmbeddedTable.Row) throws(MalformedTable) {
        try row.require(cells: 5)
        guard let last = areas.indices.last, areas[last].goal == nil, row.cells[1] == String(areas[last].number) else {
            throw row.malformed("is not the goal of the area before it")
        }
        let wording = Wording(korean: row.cells[2], english: row.cells[3])
        areas[last].goal = (wording, try isChecked(row.cells[4], row))
    }

    private mutating func readCategory(_ row: EmbeddedTable.Row) throws(MalformedTable) {
        try row.require(cells: 4)
        guard let last = areas.indices.last, let code = CurriculumCategoryCode(row.cells[1]),
            code.area == areas[last].number, code.category == areas[last].categories.count + 1
        else { throw row.malformed("is not the next category") }
        areas[last].categories.append((code, Wording(korean: row.cells[2], english: row.cells[3]), []))
    }

    private mutating func readContent(_ row: EmbeddedTable.Row) throws(MalformedTable) {
        try row.require(cells: 5)
        guard let area = areas.indices.last, let category = areas[area].categories.indices.last,
            let code = CurriculumCode(row.cells[1]), code.category == areas[area].categories[category].code,
            code.content == areas[area].categories[category].contents.count + 1
        else { throw row.malformed("is not the next content") }
        areas[area].categories[category].contents.append(
            CurriculumContent(
                code: code,
                sentence: Wording(korean: row.cells[2], english: row.cells[3]),
                isChecked: try isChecked(row.cells[4], row)
            )
        )
    }

    private func isChecked(_ word: String, _ row: EmbeddedTable.Row) throws(MalformedTable) -> Bool {
        switch word {
        case "found": true
        case "unchecked": false
        default: throw row.malformed("ends neither with 'found' nor with 'unchecked'")
        }
    }

    func edition(of table: String) throws(MalformedTable) -> CurriculumEdition {
        func malformed(_ problem: String) -> MalformedTable {
            MalformedTable(table: table, line: nil, problem: problem)
        }
        guard let head, let inForceFrom, let ages, !notices.isEmpty else { throw malformed("has an incomplete head") }
        guard areas.count == CurriculumArea.allCases.count else { throw malformed("does not have every area") }
        var sections: [CurriculumEdition.Section] = []
        for area in areas {
            guard let goal = area.goal, !area.categories.isEmpty, area.categories.allSatisfy({ !$0.contents.isEmpty })
            else { throw malformed("area \(area.number) is incomplete") }
            sections.append(
                CurriculumEdition.Section(
                    area: area.area,
                    number: area.number,
                    name: area.name,
                    goal: goal.wording,
                    isGoalChecked: goal.isChecked,
                    categories: area.categories.map {
                        CurriculumCategory(code: $0.code, name: $0.name, contents: $0.contents)
                    }
                )
            )
        }
        return CurriculumEdition(
            id: head.id,
            name: head.name,
            notices: notices,
            inForceFrom: inForceFrom,
            ages: ages,
            areas: sections
        )
    }
}
