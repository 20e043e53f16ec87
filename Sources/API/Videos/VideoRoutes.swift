import Contract
import Domain
import Hummingbird
import ServerKit
import Storage

/// What a child may see: home, recommendations, one video, its like, series, search, history.
struct VideoRoutes: Sendable {
    /// How many of the child's titles a search answers at most.
    private static let searchLimit = 50
    private static let shelfLength = HomeRecommendations.shelfLength
    /// How many the recommender answers with at most.
    private static let mostNeighbours = 1_000
    /// How many it is asked for where there is no time for most of what it ranks highest.
    private static let mostForLittleTime = 250

    let services: APIServices

    func add(to group: some RouterMethods<ChildContext>) {
        group.get("home", use: home)
        group.get("recommendations", use: recommendations)
        group.get("videos/{video}", use: show)
        group.get("videos/{video}/similar", use: similar)
        group.get("series/{series}", use: series)
        group.get("search", use: search)
        group.get("history", use: history)
    }

    func addParental(to group: some RouterMethods<ParentContext>) {
        group.get("catalogue", use: catalogue)
    }

    // MARK: Home

    func home(_ request: Request, context: ChildContext) async throws -> Answer<HomeResponse> {
        let view = try await services.view(of: context.profile)
        let id = context.child.id
        let offered = await offered(to: id, view.screen)
        let favourites = try await services.stores.choices.favourites(of: id)
        var shelves: [HomeResponse.Shelf] = []
        func add(_ kind: HomeResponse.Shelf.Kind, _ videos: [ScreenedVideo], _ reasons: [Recommendation] = []) {
            guard !videos.isEmpty else { return }
            let byVideo = Dictionary(reasons.map { ($0.video, $0) }, uniquingKeysWith: { first, _ in first })
            shelves.append(
                HomeResponse.Shelf(
                    kind: kind,
                    title: kind.title(in: context.profile.language),
                    videos: view.responses(videos, reasons: byVideo)
                )
            )
        }
        let newest = view.screen.newest(limit: Self.shelfLength)
        let new = newest.map { Recommendation(video: $0.id, reason: .new) }
        if let offered {
            add(.continueWatching, offered.begun, offered.continuations)
            add(.forYou, offered.best, offered.recommendations)
        } else {
            // What was begun can be gone on with though nobody recommends anything.
            let begun = view.screen.goingOn(with: view.opened).prefix(Self.shelfLength)
            let reasons = begun.map { begun, video in
                Recommendation(
                    video: video.id,
                    reason: video.id == begun ? .becauseYouWatched : .nextInSeries,
                    because: begun
                )
            }
            add(.continueWatching, begun.map(\.video), reasons)
            add(.forYou, newest, new)
        }
        let loved = view.screen.through(favourites).filter { view.screen.hasTime(for: $0) }
        add(.favourites, Array(loved.prefix(Self.shelfLength)))
        add(.new, newest, new)
        services.offers.shown(shelves.flatMap(\.videos), on: .home)
        return Answer(HomeResponse(shelves: shelves, allowance: view.allowance))
    }

    /// A recommender's home, and what of it may be offered.
    private struct Offered {
        let continuations: [Recommendation]
        let begun: [ScreenedVideo]
        private(set) var recommendations: [Recommendation]
        private(set) var best: [ScreenedVideo]
        /// After what can be gone on with.
        private let turns: SeriesTurns

        init(_ home: HomeRecommendations, _ screen: Screen) {
            var turns = SeriesTurns(screen, shown: [])
            continuations = home.continuations
            begun = screen.offers(continuations.map(\.video), in: &turns)
            self.turns = turns
            (recommendations, best) = ([], [])
            recommend(home.recommendations, screen)
        }

        mutating func recommend(_ list: [Recommendation], _ screen: Screen) {
            var turns = turns
            recommendations = list
            best = Array(screen.offers(list.map(\.video), in: &turns).prefix(VideoRoutes.shelfLength))
        }
    }

    /// Nil where the recommender does not answer, or nothing may be watched. It does not know how much time is left: where
    /// most of what is best is too long, it is asked for more.
    private func offered(to child: Child.ID, _ screen: Screen) async -> Offered? {
        if screen.isOver { return nil }
        let home = await services.recommendations("home") {
            try await services.recommendations.home(for: child, limit: Self.shelfLength)
        }
        guard let home else { return nil }
        var offered = Offered(home, screen)
        guard Self.isShort(offered.best.count, of: home.recommendations.count, Self.shelfLength) else { return offered }
        let more = await services.recommendations("recommendations") {
            try await services.recommendations.recommendations(
                for: child,
                limit: Self.mostForLittleTime,
                excluding: Set(home.continuations.map(\.video))
            )
        }
        if let more { offered.recommend(more, screen) }
        return offered
    }

    /// Whether so much was held back of a list that was as long as asked for that it is worth asking again.
    private static func isShort(_ offered: Int, of answered: Int, _ wanted: Int) -> Bool {
        answered == wanted && 2 * offered < wanted
    }

    // MARK: Lists

    func recommendations(_ request: Request, context: ChildContext) async throws -> Answer<VideoList> {
        let query = try QueryParameters(of: request)
        let limit = try query.integer("n", in: 1...100, default: 20)
        let excluded = Set(try query.list("exclude", maximumCount: 1_000, Video.ID.init))
        let view = try await services.view(of: context.profile)
        func ask(_ wanted: Int) async -> [Recommendation]? {
            if view.screen.isOver { return nil }
            return await services.recommendations("recommendations") {
                try await services.recommendations.recommendations(
                    for: context.child.id,
                    limit: wanted,
                    excluding: excluded
                )
            }
        }
        func responses(_ list: [Recommendation]) -> [VideoResponse] {
            view.responses(list.filter { !excluded.contains($0.video) }, limit: limit, excluding: excluded)
        }
        let answered = await ask(limit)
        var videos: [VideoResponse]
        if let answered {
            videos = responses(answered)
            if Self.isShort(videos.count, of: answered.count, limit), let more = await ask(Self.mostForLittleTime) {
                videos = responses(more)
            }
        } else {
            let newest = view.screen.newest(limit: limit, excluding: excluded)
            videos = responses(newest.map { Recommendation(video: $0.id, reason: .new) })
        }
        services.offers.shown(videos, on: .recommendations)
        return view.answer(List(videos))
    }

    func show(_ request: Request, context: ChildContext) async throws -> Answer<WithAllowance<VideoResponse>> {
        let id = try context.pathValue("video", Video.ID.init)
        let view = try await services.view(of: context.profile)
        return view.answer(view.answers.response(try view.require(id)))
    }

    func similar(_ request: Request, context: ChildContext) async throws -> Answer<VideoList> {
        let id = try context.pathValue("video", Video.ID.init)
        let limit = try QueryParameters(of: request).integer("n", in: 1...100, default: 20)
        let view = try await services.view(of: context.profile)
        let video = try view.require(id)
        // More than asked for: screening may take some away, and of a child that may see few, nearly all.
        var videos: [VideoResponse] = []
        for wanted in [limit * 4, Self.mostNeighbours] where videos.count < limit {
            let answered = await services.recommendations("neighbours") {
                try await services.recommendations.neighbours(of: video.id, limit: wanted)
            }
            videos = view.responses(answered ?? [], limit: limit)
            if (answered?.count ?? 0) < wanted { break }
        }
        services.offers.shown(videos, on: .similar)
        return view.answer(List(videos))
    }

    func series(_ request: Request, context: ChildContext) async throws -> Answer<WithAllowance<SeriesResponse>> {
        let id = try context.pathValue("series", Series.ID.init)
        let view = try await services.view(of: context.profile)
        let episodes = view.screen.episodes(of: id)
        // A series of which nothing may be seen is no series to this child.
        guard let series = view.screen.snapshot.series[id], !episodes.isEmpty else { throw Problem.notFound }
        return view.answer(
            SeriesResponse(
                id: id,
                title: series.title[context.profile.language],
                videos: view.responses(episodes)
            )
        )
    }

    func search(_ request: Request, context: ChildContext) async throws -> Answer<VideoList> {
        let query = try QueryParameters(of: request)
        guard let text = try query.text("q", maximumLength: 60), !SearchText.fold(text).isEmpty else {
            throw Problem.invalid("q", .required)
        }
        if case .child = context.caller, !context.child.rules.searchEnabled { throw Problem(.forbidden) }
        let view = try await services.view(of: context.profile)
        let found = try await services.stores.catalogue.search(
            text,
            through: try predicate(context.profile),
            limit: Self.searchLimit
        )
        return view.answer(List(view.responses(view.screen.through(found))))
    }

    func history(_ request: Request, context: ChildContext) async throws -> Answer<VideoPage> {
        let page = try QueryParameters(of: request).page()
        let cursor: (at: Instant, video: Video.ID)? = try page.after.map { cursor in
            guard let video = Video.ID(cursor.id) else { throw Problem.invalid("cursor") }
            return (Instant(millisecondsSince1970: cursor.sortKey), video)
        }
        let view = try await services.view(of: context.profile)
        var (shown, rows): ([ScreenedVideo], [Video.ID: HistoryStore.Watched]) = ([], [:])
        var (position, isAtEnd) = (cursor, false)
        // What may not be seen takes no place, and a page ends with something that may: a cursor tells of nothing else.
        while shown.count < page.limit, !isAtEnd {
            let batch = try await services.stores.history.watched(by: context.child.id, before: position, limit: 100)
            isAtEnd = batch.count < 100
            position = batch.last.map { ($0.lastWatchedAt, $0.video) }
            for row in batch where shown.count < page.limit {
                guard let video = view.screen.through([row.video]).first else { continue }
                shown.append(video)
                rows[row.video] = row
            }
        }
        var answers = view.answers
        answers.watched = rows
        let next: Cursor? =
            shown.count < page.limit
            ? nil
            : shown.last.flatMap { rows[$0.id] }.map { row in
                Cursor(sortKey: row.lastWatchedAt.millisecondsSince1970, id: row.video.description)
            }
        return view.answer(Page(items: shown.map { answers.response($0) }, nextCursor: next))
    }

    // MARK: For the guardian

    /// Everything the child could see if it were approved: what a guardian chooses from.
    func catalogue(_ request: Request, context: ParentContext) async throws -> Answer<VideoPage> {
        let page = try QueryParameters(of: request).page()
        let after: Video.ID? = try page.after.map { cursor in
            guard let id = Video.ID(cursor.id) else { throw Problem.invalid("cursor") }
            return id
        }
        let view = try await services.view(of: context.profile, ignoringApproval: true)
        let ids = try await services.stores.catalogue.visible(
            through: try predicate(context.profile, approvedOnly: false),
            after: after,
            limit: page.limit
        )
        let next = ids.count < page.limit ? nil : ids.last.map { Cursor(sortKey: 0, id: $0.description) }
        return view.answer(Page(items: view.responses(view.screen.through(ids)), nextCursor: next))
    }

    private func predicate(_ profile: ChildStore.Profile, approvedOnly: Bool? = nil) throws -> ScreeningPredicate {
        let now = services.clock.now()
        return ScreeningPredicate(
            child: profile.child.id,
            age: try profile.age(at: now),
            approvedOnly: approvedOnly ?? profile.child.rules.approvedOnly,
            now: now
        )
    }
}

extension ChildView {
    /// What may be offered of recommendations, with their reasons.
    ///
    /// - Parameter excluded: what the child has before it already.
    func responses(
        _ recommendations: [Recommendation],
        limit: Int,
        excluding excluded: Set<Video.ID> = []
    ) -> [VideoResponse] {
        let byVideo = Dictionary(recommendations.map { ($0.video, $0) }, uniquingKeysWith: { first, _ in first })
        let offered = screen.offers(recommendations.map(\.video), excluding: excluded)
        return responses(Array(offered.prefix(limit)), reasons: byVideo)
    }
}

extension HomeResponse.Shelf.Kind {
    func title(in language: Guardian.Language) -> String {
        switch (self, language) {
        case (.continueWatching, .korean): "이어서 보기"
        case (.continueWatching, .english): "Keep watching"
        case (.forYou, .korean): "너를 위한 영상"
        case (.forYou, .english): "For you"
        case (.favourites, .korean): "좋아하는 영상"
        case (.favourites, .english): "Favourites"
        case (.new, .korean): "새로 나온 영상"
        case (.new, .english): "New"
        }
    }
}
