/// An answer about videos together with what the child has left, as `allowance` beside the content's own fields.
package struct WithAllowance<Content: Encodable & Sendable>: Encodable, Sendable {
    package let content: Content
    package let allowance: AllowanceResponse

    package init(_ content: Content, _ allowance: AllowanceResponse) {
        self.content = content
        self.allowance = allowance
    }

    private enum CodingKeys: String, CodingKey {
        case allowance
    }

    package func encode(to encoder: any Encoder) throws {
        try content.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(allowance, forKey: .allowance)
    }
}

package typealias VideoList = WithAllowance<List<VideoResponse>>
package typealias VideoPage = WithAllowance<Page<VideoResponse>>
