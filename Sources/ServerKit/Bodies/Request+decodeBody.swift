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

    /// For a POST that asks for nothing in its body: none, or an object without fields, and everything else is refused as
    /// by `decodeBody`, so that what a client sends is never passed over in silence.
    package func requireNoFields(context: some RequestContext) async throws {
        let bytes = try await collectBytes(upTo: context.maxUploadSize)
        if bytes.isEmpty { return }
        try requireJSON()
        let _: NoFields = try Self.decode(bytes)
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
        // What nearly every request says.
        if headers[.contentType] == "application/json" { return }
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
        let unknown = outline.keys.filter { Body.CodingKeys(stringValue: $0) == nil }
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
            throw Problem(describing: error, decoding: Body.self, from: bytes)
        }
    }
}

private struct NoFields: JSONBody {
    enum CodingKeys: CodingKey, CaseIterable {}

    init(from decoder: any Decoder) {}
}

extension Problem {
    /// JSON that is well formed, but not of this shape.
    fileprivate init<Body: JSONBody>(describing error: DecodingError, decoding type: Body.Type, from bytes: [UInt8]) {
        let fault: (path: [any CodingKey], reason: InvalidField.Reason) =
            switch error {
            case .typeMismatch(_, let context): (context.codingPath, .wrongType)
            case .valueNotFound(_, let context): (context.codingPath, .required)
            case .keyNotFound(let key, let context): (context.codingPath + [key], .required)
            case .dataCorrupted(let context): (context.codingPath, .malformed)
            @unknown default: ([], .malformed)
            }
        if fault.path.isEmpty {
            let field = Self.unrepresentableNumber(in: bytes, decoding: Body.self)
            self.init(.invalidField, errors: field.map { [InvalidField($0, .outOfRange)] } ?? [])
        } else {
            let path = fault.path.map { key in key.intValue.map(String.init) ?? key.stringValue }
            self.init(.invalidField, errors: [InvalidField(JSONOutline.dotted(path), fault.reason)])
        }
    }

    /// The path of a number that its type cannot hold: 4.5 or 1e99 as a whole number.
    ///
    /// Of these Foundation's decoder (swift-corelibs 6.3) says "not valid JSON" and nothing more. So the first numbers are
    /// replaced by 0, as many as it takes for that complaint to go away, found by halving; the last of them is one of
    /// those that were refused.
    private static func unrepresentableNumber<Body: JSONBody>(in bytes: [UInt8], decoding type: Body.Type) -> String? {
        let outline = try? JSONOutline(of: bytes, maximumDepth: Request.maximumDepth, recordingNumbers: true)
        guard let numbers = outline?.numbers, !numbers.isEmpty else { return nil }
        func isRefused(replacing count: Int) -> Bool {
            var bytes = bytes
            for number in numbers.prefix(count) {
                for place in number.place { bytes[place] = UInt8(ascii: " ") }
                bytes[number.place.upperBound - 1] = UInt8(ascii: "0")
            }
            do {
                _ = try JSONDecoder.kyck.decode(Body.self, from: Data(bytes))
                return false
            } catch DecodingError.dataCorrupted(let context) {
                return context.codingPath.isEmpty
            } catch {
                return false
            }
        }
        guard !isRefused(replacing: numbers.count) else { return nil }
        var (refused, accepted) = (0, numbers.count)
        while accepted - refused > 1 {
            let middle = (refused + accepted) / 2
            if isRefused(replacing: middle) { refused = middle } else { accepted = middle }
        }
        return numbers[accepted - 1].path
    }
}
