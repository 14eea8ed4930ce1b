using Earshot.Dashboard.Redaction;
using Earshot.Dashboard.Timeline;

namespace Earshot.Dashboard.Feeds;

/// <summary>A server of a pool as the page shows it.</summary>
/// <param name="Url">The URL, without credentials.</param>
internal sealed record ServerRow(string Url)
{
    /// <summary>The name from its INFO; null while unknown.</summary>
    public string? Name { get; init; }

    /// <summary>The cluster from its INFO.</summary>
    public string? Cluster { get; init; }

    /// <summary>The version from its INFO.</summary>
    public string? Version { get; init; }

    /// <summary>The address of the last attempt.</summary>
    public string? Address { get; init; }

    /// <summary>Whether the session is with this server.</summary>
    public bool Connected { get; init; }

    /// <summary>Whether a server has advertised it; otherwise the options name it.</summary>
    public bool Discovered { get; init; }

    /// <summary>Whether it has announced its shutdown.</summary>
    public bool LameDuck { get; init; }

    /// <summary>Whether it is tried only after all others have failed.</summary>
    public bool Parked { get; init; }

    /// <summary>Failed attempts since the last success.</summary>
    public int Attempts { get; init; }

    /// <summary>The last failure.</summary>
    public string? LastError { get; init; }

    /// <summary>When a session with it was last open, in milliseconds since 1970 UTC.</summary>
    public double? LastConnected { get; init; }

    internal static ServerRow Of(NatsServer server, bool isConnected, EventRedactor redactor)
    {
        string? Text(string? text) => text is null ? null : PageDataBuilder.Shown(redactor.Text(text));
        return new ServerRow(PageDataBuilder.Shown(redactor.Address(server.Url.ToString().TrimEnd('/'))))
        {
            Name = Text(server.Name),
            Cluster = Text(server.Cluster),
            Version = Text(server.Version),
            Address = server.Endpoint is { } endpoint ? PageDataBuilder.Shown(redactor.Address(endpoint.ToString() ?? "")) : null,
            Connected = isConnected,
            Discovered = server.IsDiscovered,
            LameDuck = server.IsLameDuck,
            Parked = server.IsParked,
            Attempts = server.Attempts,
            LastError = Text(server.LastError),
            LastConnected = server.LastConnected is { } time ? (time - DateTimeOffset.UnixEpoch).TotalMilliseconds : null,
        };
    }
}
