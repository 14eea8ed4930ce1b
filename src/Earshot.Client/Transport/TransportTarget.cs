using System.Net;

namespace Earshot.Transport;

/// <summary>
/// Where to dial: the name stays with the address because TLS and WebSocket need it. Carries no credentials.
/// </summary>
internal sealed record TransportTarget(string Scheme, string Host, int Port, IPAddress? Address = null);
