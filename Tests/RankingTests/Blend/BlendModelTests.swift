import Ranking
import Testing

@Suite("The blend as it is kept")
struct BlendModelTests {
    private func model() throws -> BlendModel {
        let cases = try BlendCases.read()
        let example = try #require(cases.blends["met"])
        let data = cases.data(met: example.met)
        return BlendModel(try BlendFit(data, settings: example.settings), data: data, perVideo: 12)
    }

    @Test("What is written is read again")
    func coding() throws {
        let model = try model()
        #expect(model.videoCount == 12)
        #expect(BlendModel(encoded: try model.encoded()) == model)
        #expect(BlendModel(encoded: try BlendModel.untrained.encoded()) == .untrained)
    }

    @Test("Quality and factors are the fit's, in single precision")
    func numbers() throws {
        let example = try #require(try BlendCases.read().blends["met"])
        let model = try model()
        #expect(distance(model.quality.map { Double($0) }, example.quality) < 1e-6)
        #expect(distance(model.factors.map { Double($0) }, example.videos.flatMap(\.self)) < 1e-6)
    }

    @Test("Bytes that end early, go on, or are of another version are refused; no damage brings the program down")
    func damage() throws {
        let bytes = try model().encoded()
        for count in bytes.indices { #expect(BlendModel(encoded: Array(bytes.prefix(count))) == nil) }
        #expect(BlendModel(encoded: bytes + [0]) == nil)
        #expect(BlendModel(encoded: [2] + bytes.dropFirst()) == nil)
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 0x10
            guard let read = BlendModel(encoded: damaged) else { continue }
            #expect((read.factors + read.quality).allSatisfy { $0.isFinite })
            #expect(read.factors.isEmpty || read.factors.count == read.videoCount * read.settings.factors.dimension)
        }
    }

    @Test("A number of factors that overflows is refused")
    func dimensions() throws {
        let model = try model()
        for dimension in [0, -4, .max, Int.max / 11] {
            var settings = model.settings
            settings.factors.dimension = dimension
            let strange = BlendModel(
                settings: settings,
                coWatch: model.coWatch,
                factors: model.factors,
                quality: model.quality
            )
            #expect(BlendModel(encoded: try strange.encoded()) == nil)
        }
    }
}
