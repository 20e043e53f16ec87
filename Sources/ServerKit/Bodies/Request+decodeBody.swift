package import Contract
import Foundation
package import Hummingbird
import NIOCore

extension Request {
    /// The deepest nesting a body may have. Ours have three levels; the rest is room to grow.
    fileprivate static var maximumDepth: Int { 16 }

    /// Reads the body as one JSON object with exactly the fields that `Body` knows, each of its type, and valid.
    ///
    /// - Parameter limit: bytes; the context's `maxUploadSize` where not given.
    /// - Throws: `Problem` 415 (not `application/json`), 413 (too long), 400 (not UTF-8, not a JSON object, nested too deep)
    ///   or 422 (unknown or repeated fields, wrong types, values refused by `validate()`), naming the fields.
    package func decodeBody<Body: JSONBody>(
        as type: Body.Type = Body.self,
        context: some RequestContext,
        limit: Int? = nil
    ) async throws -> Body {
        try requireJSON()
        let bytes = try await collectBytes(upTo: limit ?? context.maxUploadSize)
        return try Self.decode(bytes)
    }

    /// The whole body.
    ///
    /// - Throws: `Problem` 413. What the client announces is refused before it is read.
    package func collectBytes(upTo limit: Int) async throws -> [UInt8] {
        if let announced = headers[.contentLength].flatMap({ Int($0) }), announced > limit {
            throw Problem(.bodyTooLarge)
        }
        do {
            return Array(try await body.collect(upTo: limit).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw Problem(.bodyTooLarge)
        }
    }

    private func requireJSON() throws(Problem) {
        if let coding = headers[.contentEncoding], coding.lowercased() != "identity" {
            throw Problem(.unsupportedMediaType, headers: [.acceptEncoding: "identity"])
        }
        let parts = (headers[.contentType] ?? "").lowercased().split(separator: ";").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        let isJSON = parts.first == "application/json"
        let isUTF8 = parts.dropFirst().allSatisfy { parameter in
            !parameter.hasPrefix("charset=") || ["charset=utf-8", #"charset="utf-8""#].contains(parameter)
        }
        guard isJSON, isUTF8 else { throw Problem(.unsupportedMediaType, headers: [.accept: "application/json"]) }
    }

    static func decode<Body: JSONBody>(_ bytes: [UInt8], as type: Body.Type = Body.self) throws -> Body {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw Problem(.notUTF8) }
        let outline = try JSONOutline(of: bytes, maximumDepth: maximumDepth)
        let known = Set(Body.CodingKeys.allCases.map(\.stringValue))
        let unknown = outline.keys.filter { !known.contains($0) }
        guard unknown.isEmpty else {
            throw Problem(
                .unknownField,
                errors: unknown.prefix(16).map { InvalidField(JSONOutline.dotted([$0]), .unknown) }
            )
        }
        do {
            let body = try JSONDecoder.kyck.decode(Body.self, from: Data(bytes))
            try body.validate()
            return body
        } catch let error as DecodingError {
            throw Problem(describing: error, in: bytes)
        }
    }
}

extension Problem {
    /// JSON that is well formed, but not of this shape.
    fileprivate init(describing error: DecodingError, in bytes: [UInt8]) {
        let fault: (path: [any CodingKey], reason: InvalidField.Reason, text: String) =
            switch error {
            case .typeMismatch(_, let context): (context.codingPath, .wrongType, "")
            case .valueNotFound(_, let context): (context.codingPath, .required, "")
            case .keyNotFound(let key, let context): (context.codingPath + [key], .required, "")
            case .dataCorrupted(let context): (context.codingPath, .malformed, context.debugDescription)
            @unknown default: ([], .malformed, "")
            }
        if fault.path.isEmpty {
            let field = Self.unrepresentableNumber(in: bytes, message: fault.text)
            self.init(.invalidField, errors: field.map { [InvalidField($0, .outOfRange)] } ?? [])
        } else {
            let path = fault.path.map { key in key.intValue.map(String.init) ?? key.stringValue }
            self.init(.invalidField, errors: [InvalidField(JSONOutline.dotted(path), fault.reason)])
        }
    }

    /// Of a number that its type cannot hold (4.5 or 1e99 as a whole number), Foundation tells the digits and not the
    /// field, so the field is looked for by the digits.
    private static func unrepresentableNumber(in bytes: [UInt8], message: String) -> String? {
        let outline = try? JSONOutline(
            of: bytes,
            maximumDepth: Request.maximumDepth,
            recordingNumbers: true
        )
        let words = Set(message.split(separator: " ").map(String.init))
        return outline?.numbers.first { words.contains($0.literal) }?.path
    }
}
