using System.Net;

namespace Earshot;

/// <summary>One failed attempt to connect.</summary>
/// <param name="Server">The server's URL, without credentials.</param>
/// <param name="Endpoint">The address dialled, once known.</param>
/// <param name="Phase">How far the attempt came.</param>
/// <param name="Exception">What went wrong.</param>
public sealed record NatsConnectFailure(Uri Server, EndPoint? Endpoint, NatsConnectPhase Phase, Exception Exception)
{
    /// <summary>One readable line: server, phase, cause.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => $"{Server.Scheme}://{Server.Authority} failed at {Phase}: {Exception.Message}";
}
