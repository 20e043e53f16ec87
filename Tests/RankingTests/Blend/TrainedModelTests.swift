import Domain
import Foundation
import Ranking
import Testing

@Suite("A trained model as it is stored")
struct TrainedModelTests {
    private func model() throws -> TrainedModel {
        let cases = try BlendCases.read()
        let example = try #require(cases.blends["met"])
        let data = cases.data(met: example.met)
        let blend = BlendModel(try BlendFit(data, settings: example.settings), data: data, perVideo: 12)
        return TrainedModel(blend: blend, videos: (0..<12).map { _ in Video.ID(UUID()) })
    }

    @Test("What is written is read again; damaged bytes are refused, wherever the damage is")
    func coding() throws {
        let model = try model()
        let bytes = try model.encoded()
        #expect(TrainedModel(encoded: bytes) == model)
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 0x10
            #expect(TrainedModel(encoded: damaged) == nil, "byte \(place)")
        }
        for count in bytes.indices { #expect(TrainedModel(encoded: Array(bytes.prefix(count))) == nil) }
        #expect(TrainedModel(encoded: bytes + [0]) == nil)
    }

    @Test("A model that knows no video is one, too")
    func empty() throws {
        let model = TrainedModel(blend: .untrained, videos: [])
        #expect(TrainedModel(encoded: try model.encoded()) == model)
    }
}
