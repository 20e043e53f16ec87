import ArgumentParser
import AsyncHTTPClient
import Crypto
import Hummingbird
@main struct Kyck { static func main() {} }
