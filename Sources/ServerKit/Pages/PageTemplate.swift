package import Contract
import Crypto
import Foundation
package import Hummingbird
import Mustache

/// A page of HTML: a Mustache template with a style of its own, both of which come with the program.
///
/// The page may run nothing and load nothing. Its policy lets in the one style that stands in it, by its hash.
package struct PageTemplate: Sendable {
    private let template: MustacheTemplate
    private let style: String
    private let policy: String

    /// Why a page cannot be made.
    package struct Unreadable: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// Throws `Unreadable` where template or style are no text, or the template is malformed: to be read once, when the
    /// service starts.
    package init(template: [UInt8], style: [UInt8]) throws {
        guard let text = String(validating: template, as: UTF8.self),
            let style = String(validating: style, as: UTF8.self)
        else { throw Unreadable(description: "a page's template or style is not UTF-8") }
        do {
            self.template = try MustacheTemplate(string: text)
        } catch {
            throw Unreadable(description: "a page's template is malformed: \(error)")
        }
        self.style = style
        let hash = Data(SHA256.hash(data: Data(style.utf8))).base64EncodedString()
        policy = """
            default-src 'none'; style-src 'sha256-\(hash)'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
            """
    }

    private struct View: Sendable {
        let style: String
        let page: any Sendable
    }

    /// - Parameter page: a value whose properties stand at their names within the template's `{{#page}}`. `{{name}}` is
    ///   escaped; `{{{name}}}` is not, and is for what we have drawn ourselves.
    package func page(_ page: some Sendable, in language: WireLanguage) -> Response {
        let html = template.render(View(style: style, page: page))
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/html; charset=utf-8",
                .contentLanguage: language.rawValue,
                .contentSecurityPolicy: policy,
                .vary: "Accept-Language",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html))
        )
    }
}
