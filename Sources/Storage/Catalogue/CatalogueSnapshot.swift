package import Domain

/// Every published video with its labels, as of one version of the catalogue. Read by many requests at once.
package struct CatalogueSnapshot: Sendable {
    package struct Entry: Sendable {
        package let video: Video
        package let labels: [WeightedLabel]
        /// What `Screening` asks about.
        package let subject: Screening.Subject
        /// The areas among its labels, in the curriculum's order.
        package let areas: [CurriculumArea]
    }

    package let version: Int64
    package let entries: [Entry]
    package let labels: [Label.ID: Label]
    package let kindWeights: LabelKindWeights
    package let series: [Series.ID: Series]
    package let channels: [Channel.ID: Channel]
    private let positions: [Video.ID: Int]
    private let episodes: [Series.ID: [Int]]
    /// Which videos a file of ours belongs to, film or picture.
    private let files: [String: [Int]]

    package init(
        version: Int64,
        videos: [Video],
        videoLabels: [Video.ID: [WeightedLabel]],
        labels: [Label],
        kindWeights: LabelKindWeights,
        series: [Series],
        channels: [Channel]
    ) {
        let labelsByID = Dictionary(uniqueKeysWithValues: labels.map { ($0.id, $0) })
        let areaOfLabel = labelsByID.compactMapValues { label in
            label.kind == .area ? CurriculumArea(rawValue: label.name) : nil
        }
        let entries = videos.map { video in
            let own = videoLabels[video.id] ?? []
            let areas = Set(own.compactMap { areaOfLabel[$0.label] })
            return Entry(
                video: video,
                labels: own,
                subject: Screening.Subject(video: video, labels: Set(own.map(\.label))),
                areas: CurriculumArea.allCases.filter(areas.contains)
            )
        }
        self.version = version
        self.entries = entries
        self.labels = labelsByID
        self.kindWeights = kindWeights
        self.series = Dictionary(uniqueKeysWithValues: series.map { ($0.id, $0) })
        self.channels = Dictionary(uniqueKeysWithValues: channels.map { ($0.id, $0) })
        positions = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.video.id, $0) })
        var episodes: [Series.ID: [Int]] = [:]
        var files: [String: [Int]] = [:]
        for (position, entry) in entries.enumerated() {
            if let series = entry.video.seriesID { episodes[series, default: []].append(position) }
            if case .hosted(let path) = entry.video.source { files[path, default: []].append(position) }
            if let picture = entry.video.thumbnailURL, picture.hasPrefix("/") {
                files[picture, default: []].append(position)
            }
        }
        self.files = files
        self.episodes = episodes.mapValues { positions in
            positions.sorted { left, right in
                let (a, b) = (entries[left].video, entries[right].video)
                return (a.episode ?? .max, a.id) < (b.episode ?? .max, b.id)
            }
        }
    }

    package func position(of id: Video.ID) -> Int? { positions[id] }

    package func entry(_ id: Video.ID) -> Entry? { positions[id].map { entries[$0] } }

    /// Whether a file of ours belongs to a video that some child may see: its own rules are met, whatever the child's are.
    package func offers(_ path: String, at now: Instant) -> Bool {
        (files[path] ?? []).contains { Screening.refusal(of: entries[$0].video, at: now) == nil }
    }

    /// The published episodes of a series, in order.
    package func episodes(of id: Series.ID) -> [Entry] { (episodes[id] ?? []).map { entries[$0] } }
}
