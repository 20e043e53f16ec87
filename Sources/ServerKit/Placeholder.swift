import CryptoExtras
import JWTKit
