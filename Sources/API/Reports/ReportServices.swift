package import Domain
import ServerKit

/// What reports are made with, read once when the service starts.
package struct ReportServices: Sendable {
    package let book: ReportBook
    /// A drawing as a picture: the bytes of a PNG file. Throws a `Problem` where none can be had now.
    package let drawPNG: @Sendable (_ svg: String) async throws -> [UInt8]
    let page: PageTemplate

    /// Throws where a table or the page that come with the program are malformed.
    package init(drawPNG: @escaping @Sendable (_ svg: String) async throws -> [UInt8]) throws {
        book = try .bundled()
        page = try PageTemplate(template: PackageResources.report_mustache, style: PackageResources.report_css)
        self.drawPNG = drawPNG
    }
}
