using System.Net;

namespace Earshot;

/// <summary>A failed attempt to connect to a server.</summary>
/// <param name="Server">The URL of the server, without credentials.</param>
/// <param name="Endpoint">The address of the attempt; null if it was not resolved.</param>
/// <param name="Phase">The phase in which the attempt failed.</param>
/// <param name="Exception">The exception that describes the failure.</param>
public sealed record NatsConnectFailure(Uri Server, EndPoint? Endpoint, NatsConnectPhase Phase, Exception Exception)
{
    /// <summary>Returns the server, the phase and the cause as one readable line.</summary>
    /// <returns>The description of the attempt.</returns>
    public override string ToString() => $"{Server.Scheme}://{Server.Authority} failed at {Phase}: {Exception.Message}";
}
