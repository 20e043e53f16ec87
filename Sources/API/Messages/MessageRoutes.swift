import Contract
import Domain
import Hummingbird
import ServerKit
import Storage

/// The guardian's devices that messages are pushed to, and what the guardian wants to be told.
struct MessageRoutes: Sendable {
    let services: APIServices

    func add(to group: some RouterMethods<GuardianContext>) {
        group.get("me/devices", use: devices)
        group.post("me/devices", use: register)
        group.delete("me/devices/{device}", use: remove)
        group.get("me/message-preferences", use: preferences)
    }

    /// Behind the parent gate.
    func addGated(to group: some RouterMethods<GuardianContext>) {
        group.put("me/message-preferences", use: setPreferences)
    }

    func devices(_ request: Request, context: GuardianContext) async throws -> Answer<DeviceList> {
        let devices = try await services.stores.devices.devices(
            of: context.caller.guardian,
            now: services.clock.now()
        )
        return Answer(
            DeviceList(items: devices.map(DeviceResponse.init), webPushKey: services.secrets.pushes.webPushKey)
        )
    }

    /// Repeated, it says that the device was seen again: an app does so at every start.
    func register(_ request: Request, context: GuardianContext) async throws -> Answer<DeviceResponse> {
        let body: NewDevice = try await request.decodeBody(context: context)
        let vault = services.secrets.pushes
        let address = try body.address(services: vault.services)
        let id: PushDevice.ID = services.ids.next()
        let device = try await services.stores.devices.register(
            try vault.seal(address),
            kind: address.kind,
            id: id,
            for: context.caller.guardian,
            session: context.caller.session,
            now: services.clock.now()
        )
        return Answer(DeviceResponse(device), status: device.id == id ? .created : .ok)
    }

    func remove(_ request: Request, context: GuardianContext) async throws -> HTTPResponse.Status {
        let id = try context.pathValue("device", PushDevice.ID.init)
        guard try await services.stores.devices.remove(id, of: context.caller.guardian) else { throw Problem.notFound }
        return .noContent
    }

    func preferences(
        _ request: Request,
        context: GuardianContext
    ) async throws -> Answer<MessagePreferencesBody> {
        Answer(MessagePreferencesBody(try await services.stores.preferences.preferences(of: context.caller.guardian)))
    }

    func setPreferences(
        _ request: Request,
        context: GuardianContext
    ) async throws -> Answer<MessagePreferencesBody> {
        let body: MessagePreferencesBody = try await request.decodeBody(context: context)
        let preferences = try body.preferences()
        try await services.stores.preferences.set(preferences, of: context.caller.guardian)
        return Answer(MessagePreferencesBody(preferences))
    }
}
