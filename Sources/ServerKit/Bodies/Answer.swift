import Contract
import Foundation
package import Hummingbird

/// A JSON answer with a status and headers of its own: `Answer(session, status: .created)`.
package struct Answer<Value: Encodable & Sendable>: ResponseGenerator, Sendable {
    package let value: Value
    package let status: HTTPResponse.Status
    package let headers: HTTPFields

    package init(_ value: Value, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) {
        self.value = value
        self.status = status
        self.headers = headers
    }

    package func response(from request: Request, context: some RequestContext) throws -> Response {
        let body =
            if let written = value as? any WrittenJSON {
                ByteBuffer(string: written.json)
            } else {
                ByteBuffer(bytes: try JSONEncoder.kyck.encode(value))
            }
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body))
    }
}
