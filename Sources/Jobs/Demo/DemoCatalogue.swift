package import Domain
package import Foundation
package import Storage

/// The demo as its file says it: our own clips, and families with what they watched. Everything in it was checked when
/// it was read: ages, areas and weights are within their bounds, and what is named is there.
package struct DemoCatalogue: Sendable {
    /// Where the file is wrong, `videos[3].age_max`, and how.
    package struct Unreadable: Error, Sendable, Hashable, CustomStringConvertible {
        package let place: String
        package let problem: String

        package var description: String { "\(place) \(problem)" }
    }

    package struct SeriesTitle: Sendable, Hashable {
        package let slug: String
        package let title: Wording
    }

    package struct Clip: Sendable, Hashable {
        package let slug: String
        /// Names of files in one folder.
        package let file: String
        package let picture: String
        package let title: Wording
        package let duration: Span
        package let episode: Placement.Episode?
        package let ages: AgeBand
        package let labels: [Placement.LabelWeight]

        package var areas: [CurriculumArea] {
            labels.compactMap { $0.kind == .area ? CurriculumArea(rawValue: $0.name) : nil }
        }
    }

    package struct Family: Sendable, Hashable {
        package let phone: PhoneNumber
        /// As it is written in the file, for people to type.
        package let phoneText: String
        package let language: Guardian.Language
        package let timeZone: String
        package let children: [Child]
        package let watching: [Watched]
    }

    package struct Child: Sendable, Hashable {
        package let nickname: String
        package let ageInMonths: Int
        package let avatar: Avatar
        package let rules: ViewingRules
        /// Slugs of clips.
        package let favourites: [String]
    }

    package struct Watched: Sendable, Hashable {
        /// A nickname.
        package let child: String
        /// At least 1: what is loaded has happened.
        package let daysAgo: Int
        /// After midnight in the family's time zone.
        package let minute: Int
        /// The slug of a clip.
        package let video: String
        /// In (0, 1]; 1 is watched to the end.
        package let share: Double
        package let surface: Surface
    }

    package let series: [SeriesTitle]
    package let clips: [Clip]
    package let families: [Family]

    /// - Parameter curriculum: whose contents labels of the kind `content` may name.
    package init(json: Data, curriculum: Curriculum) throws(Unreadable) {
        try Self.checkJSON(json)
        let file: DemoFile
        do {
            file = try JSONDecoder().decode(DemoFile.self, from: json)
        } catch let error as DecodingError {
            throw Unreadable(error)
        } catch {
            throw Unreadable(place: "the file", problem: "cannot be read: \(error)")
        }
        series = file.series.map(\.value)
        clips = file.videos.map(\.value)
        families = file.families.map(\.value)
        try checkNames()
        try checkContents(curriculum)
    }

    /// The decoder says that it is no JSON, and not where.
    private static func checkJSON(_ json: Data) throws(Unreadable) {
        do {
            _ = try JSONSerialization.jsonObject(with: json, options: .fragmentsAllowed)
        } catch {
            let reason = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String
            throw Unreadable(place: "the file", problem: "is not JSON: " + (reason ?? "it cannot be read"))
        }
    }

    private func checkNames() throws(Unreadable) {
        let seriesSlugs = Set(try Self.names(series.map(\.slug), in: "series", called: "slug"))
        let clipSlugs = Set(try Self.names(clips.map(\.slug), in: "videos", called: "slug"))
        _ = try Self.names(clips.map(\.file), in: "videos", called: "file")
        _ = try Self.names(families.map(\.phone.e164), in: "families", called: "phone")
        for (index, clip) in clips.enumerated() {
            guard let episode = clip.episode, !seriesSlugs.contains(episode.series) else { continue }
            throw Unreadable(place: "videos[\(index)].series", problem: "names no series of this file")
        }
        for (number, family) in families.enumerated() {
            let place = "families[\(number)]"
            let nicknames = Set(
                try Self.names(family.children.map(\.nickname), in: place + ".children", called: "nickname")
            )
            for (index, child) in family.children.enumerated() where !clipSlugs.isSuperset(of: child.favourites) {
                throw Unreadable(
                    place: "\(place).children[\(index)].favourites",
                    problem: "name a video this file does not have"
                )
            }
            for (index, watched) in family.watching.enumerated() {
                if !nicknames.contains(watched.child) {
                    throw Unreadable(
                        place: "\(place).watching[\(index)].child",
                        problem: "names no child of this family"
                    )
                }
                if !clipSlugs.contains(watched.video) {
                    throw Unreadable(
                        place: "\(place).watching[\(index)].video",
                        problem: "names no video of this file"
                    )
                }
            }
        }
    }

    private func checkContents(_ curriculum: Curriculum) throws(Unreadable) {
        for (number, clip) in clips.enumerated() {
            for (index, label) in clip.labels.enumerated() where label.kind == .content {
                let editions = curriculum.editions
                let isKnown = editions.contains { curriculum.reference(label: label.name, on: $0.inForceFrom) != nil }
                guard !isKnown else { continue }
                throw Unreadable(
                    place: "videos[\(number)].labels[\(index)].name",
                    problem: "is no content of the curriculum"
                )
            }
        }
    }

    private static func names(_ names: [String], in place: String, called key: String) throws(Unreadable) -> [String] {
        var seen: Set<String> = []
        for (index, name) in names.enumerated() where !seen.insert(name).inserted {
            throw Unreadable(place: "\(place)[\(index)].\(key)", problem: "stands in the file twice")
        }
        return names
    }
}

extension DemoCatalogue.Unreadable {
    fileprivate init(_ error: DecodingError) {
        let (path, problem): ([any CodingKey], String) =
            switch error {
            case .keyNotFound(let key, let context): (context.codingPath + [key], "is missing")
            case .valueNotFound(_, let context): (context.codingPath, "is empty")
            case .typeMismatch(let type, let context): (context.codingPath, "is not \(Self.words(for: type))")
            case .dataCorrupted(let context):
                (context.codingPath, context.debugDescription)
            @unknown default: ([], "cannot be read")
            }
        var place = ""
        for key in path {
            if let index = key.intValue {
                place += "[\(index)]"
            } else {
                place += (place.isEmpty ? "" : ".") + key.stringValue
            }
        }
        self.init(place: place.isEmpty ? "the file" : place, problem: problem)
    }

    private static func words(for type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a text"
        case is Int.Type, is Int64.Type: "a whole number"
        case is Double.Type: "a number"
        case is Bool.Type: "true or false"
        case is [Any].Type: "a list"
        default: "what stands there in the demo's own file"
        }
    }
}
