import struct Foundation.UUID

/// Something to ask a child, or to do together, after one video.
package struct TogetherIdea: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable, Codable {
        case ask
        case activity = "do"
    }

    package let video: Video.ID
    package let title: Wording?
    package let kind: Kind
    package let text: Wording
}

/// Ideas for what to ask or do after a video, and how topics are read; a table that comes with the program.
package struct TogetherBook: Sendable {
    /// What an idea belongs to, the finest first.
    package enum Scope: Sendable, Hashable {
        case topic(String)
        case category(CurriculumCategoryCode)
        case area(CurriculumArea)
        case general
    }

    package struct Entry: Sendable, Hashable {
        package let kind: TogetherIdea.Kind
        package let text: Wording
    }

    package let entries: [Scope: [Entry]]
    /// How a topic is read, by its key.
    package let topicNames: [String: Wording]
    /// Keys by the folded names staff may write.
    private let keys: [String: String]

    package static func bundled() throws(MalformedTable) -> Self {
        try Self(table: PackageResources.together_tsv, name: "together.tsv")
    }

    init(table bytes: [UInt8], name: String) throws(MalformedTable) {
        var reading = TogetherReading()
        for row in try EmbeddedTable(bytes, name: name).rows {
            try reading.read(row)
        }
        guard reading.entries[.general] != nil else {
            throw MalformedTable(table: name, line: nil, problem: "has no general idea")
        }
        for case .topic(let key) in reading.entries.keys where reading.names[key] == nil {
            throw MalformedTable(table: name, line: nil, problem: "has no name for the topic \(key)")
        }
        (entries, topicNames, keys) = (reading.entries, reading.names, reading.keys)
    }

    /// How a topic is read by people; what staff wrote where we do not know it.
    package func name(of topic: String) -> Wording {
        key(of: topic).flatMap { topicNames[$0] } ?? Wording(topic)
    }

    fileprivate func key(of topic: String) -> String? {
        keys[TogetherReading.folded(topic)]
    }

    /// One idea for each main video of a report, from the video's own labels: its topics, else its categories, its areas, or
    /// one for any video. The same report gives the same ideas, another week others, and no idea is given twice in a report.
    package func ideas(for report: Report) -> [TogetherIdea] {
        var given: Set<Entry> = []
        return report.mainVideos.compactMap { video in
            let pool = pool(for: video)
            guard let first = pool.indices.first else { return nil }
            // One step on with every week.
            let turn = UInt64(bitPattern: report.period.weekNumber) &+ Self.hash(video.video)
            let start = first + Int(turn % UInt64(pool.count))
            let order = pool[start...] + pool[..<start]
            guard let entry = order.first(where: { !given.contains($0) }) ?? order.first else { return nil }
            given.insert(entry)
            return TogetherIdea(video: video.video, title: video.title, kind: entry.kind, text: entry.text)
        }
    }

    private func pool(for video: Report.MainVideo) -> [Entry] {
        let levels: [[Scope]] = [
            video.topics.compactMap(key(of:)).map(Scope.topic), video.categories.map(Scope.category),
            video.areas.map(Scope.area), [.general],
        ]
        for scopes in levels {
            let pool = scopes.flatMap { entries[$0] ?? [] }
            if !pool.isEmpty { return pool }
        }
        return []
    }

    /// FNV-1a of an id's bytes: the same in every process, as Swift's own hash is not.
    private static func hash(_ video: Video.ID) -> UInt64 {
        withUnsafeBytes(of: video.uuid.uuid) { bytes in
            bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        }
    }
}

private struct TogetherReading {
    var entries: [TogetherBook.Scope: [TogetherBook.Entry]] = [:]
    var names: [String: Wording] = [:]
    var keys: [String: String] = [:]

    static func folded(_ name: String) -> String {
        name.lowercased().filter { !$0.isWhitespace }
    }

    mutating func read(_ row: EmbeddedTable.Row) throws(MalformedTable) {
        guard row.cells.count >= 4 else { throw row.malformed("has fewer than four cells") }
        let scope = try scope(of: row)
        if case .topic(let key) = scope, row.cells[2] == "alias" {
            try row.require(cells: 4)
            for alias in row.cells[3].split(separator: ",") { try add(String(alias), to: key, row) }
            return
        }
        try row.require(cells: 5)
        let wording = Wording(korean: row.cells[3], english: row.cells[4])
        if case .topic(let key) = scope, row.cells[2] == "name" {
            guard names[key] == nil else { throw row.malformed("names a topic again") }
            names[key] = wording
            try add(key, to: key, row)
            return
        }
        guard let kind = TogetherIdea.Kind(rawValue: row.cells[2]) else {
            throw row.malformed("is neither something to ask nor to do")
        }
        entries[scope, default: []].append(TogetherBook.Entry(kind: kind, text: wording))
    }

    private mutating func add(_ name: String, to key: String, _ row: EmbeddedTable.Row) throws(MalformedTable) {
        let folded = Self.folded(name)
        guard !folded.isEmpty, keys[folded] == nil || keys[folded] == key else {
            throw row.malformed("gives '\(name)' to two topics")
        }
        keys[folded] = key
    }

    private func scope(of row: EmbeddedTable.Row) throws(MalformedTable) -> TogetherBook.Scope {
        let name = row.cells[1]
        switch row.cells[0] {
        case "topic": return .topic(name)
        case "category": if let code = CurriculumCategoryCode(name) { return .category(code) }
        case "area": if let area = CurriculumArea(rawValue: name) { return .area(area) }
        case "general": if name == "*" { return .general }
        default: break
        }
        throw row.malformed("belongs to nothing we know")
    }
}
