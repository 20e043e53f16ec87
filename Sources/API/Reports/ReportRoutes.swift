import Contract
import Domain
import Foundation
import Hummingbird
import NIOCore
import ServerKit
import Storage

/// A parent's report of one child: as data, as a page to read and print, and its days as a picture.
struct ReportRoutes: Sendable {
    let services: APIServices

    func addParental(to group: some RouterMethods<ParentContext>) {
        group.get("report", use: show)
        group.get("report.html", use: page)
        group.get("report/chart.svg", use: drawing)
        group.get("report/chart.png", use: picture)
    }

    func show(_ request: Request, context: ParentContext) async throws -> Answer<ReportResponse> {
        let made = try await make(request, context)
        return Answer(made.response, headers: Self.headers(made.language))
    }

    func page(_ request: Request, context: ParentContext) async throws -> Response {
        let made = try await make(request, context)
        let page = ReportPage(made, of: context.child.nickname, zone: try Self.zone(of: context))
        return services.reports.page.page(page, in: WireLanguage(made.language))
    }

    func drawing(_ request: Request, context: ParentContext) async throws -> Response {
        let (svg, language) = try await chart(request, context)
        return Self.response(ByteBuffer(string: svg), "image/svg+xml", language)
    }

    func picture(_ request: Request, context: ParentContext) async throws -> Response {
        let (svg, language) = try await chart(request, context)
        let png = try await services.reports.drawPNG(svg)
        return Self.response(ByteBuffer(bytes: png), "image/png", language)
    }

    // MARK: Making

    private struct Asked {
        let reading: ReportStore.Reading
        let language: Guardian.Language
    }

    private func read(_ request: Request, _ context: ParentContext) async throws -> Asked {
        let query = try QueryParameters(of: request)
        let kind = try query.word("period", as: ReportPeriod.Kind.self) ?? .week
        let day = try query.value("of", Day.init)
        let outcome = try await services.stores.reports.reading(
            of: context.child.id,
            kind,
            on: day,
            curriculum: services.reports.book.curriculum,
            now: services.clock.now()
        )
        switch outcome {
        case .absent: throw Problem.notFound
        case .refused(.inTheFuture): throw Problem.invalid("of", .inTheFuture)
        case .refused(.beforeTheChild): throw Problem.invalid("of", .beforeTheChild)
        case .read(let reading):
            return Asked(reading: reading, language: Self.language(request, context.profile))
        }
    }

    private func make(_ request: Request, _ context: ParentContext) async throws -> MadeReport {
        let asked = try await read(request, context)
        let book = services.reports.book
        let report = Report(asked.reading.facts, book: book)
        return MadeReport(
            report: report,
            language: asked.language,
            ideas: book.topics.ideas(for: report),
            advice: try await services.stores.advice.advice(
                for: report,
                of: context.child.id,
                known: asked.reading.given,
                now: services.clock.now()
            ),
            suggestions: try await services.suggestions(for: report, of: context.profile, in: asked.language)
        )
    }

    /// The days of a week or a month; for a single day its hours.
    private func chart(_ request: Request, _ context: ParentContext) async throws -> (String, Guardian.Language) {
        let asked = try await read(request, context)
        let report = Report(asked.reading.facts, book: services.reports.book)
        guard let chart = Chart.picture(of: report, in: asked.language) else { throw Problem.notFound }
        return (chart.svg(named: "chart"), asked.language)
    }

    // MARK: Answering

    /// The language asked for; the guardian's where none of ours is.
    private static func language(_ request: Request, _ profile: ChildStore.Profile) -> Guardian.Language {
        switch WireLanguage.asked(in: request.headers[.acceptLanguage]) {
        case .korean: .korean
        case .english: .english
        case nil: profile.language
        }
    }

    private static func zone(of context: ParentContext) throws -> TimeZone {
        guard let zone = TimeZone(identifier: context.profile.timeZone) else { throw Problem(.internal) }
        return zone
    }

    private static func headers(_ language: Guardian.Language) -> HTTPFields {
        [.contentLanguage: WireLanguage(language).rawValue, .vary: "Accept-Language"]
    }

    private static func response(_ body: ByteBuffer, _ type: String, _ language: Guardian.Language) -> Response {
        var headers = headers(language)
        headers[.contentType] = type
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
    }
}

extension WireLanguage {
    init(_ language: Guardian.Language) {
        self = language == .english ? .english : .korean
    }
}
