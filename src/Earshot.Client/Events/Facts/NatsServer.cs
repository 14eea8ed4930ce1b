using System.Net;
using Earshot.Events;

namespace Earshot;

/// <summary>What is known about one server of the pool at one moment. Immutable; never contains credentials.</summary>
public sealed record NatsServer
{
    private readonly OptionalDateTime _lastConnected;

    /// <summary>The URL of the server; user, password and token are removed when it is set.</summary>
    public required Uri Url { get; init => field = EventText.WithoutCredentials(value); }
    /// <summary>The address of the last attempt; <see langword="null"/> before the first.</summary>
    public EndPoint? Endpoint { get; init; }
    /// <summary>The id from the server's INFO; <see langword="null"/> while unknown.</summary>
    public string? Id { get; init; }
    /// <summary>The name from the server's INFO; <see langword="null"/> while unknown.</summary>
    public string? Name { get; init; }
    /// <summary>The cluster from the server's INFO; <see langword="null"/> while unknown.</summary>
    public string? Cluster { get; init; }
    /// <summary>The version from the server's INFO; <see langword="null"/> while unknown.</summary>
    public string? Version { get; init; }
    /// <summary><see langword="true"/> when an INFO advertised the server; <see langword="false"/> when the options name it.</summary>
    public bool IsDiscovered { get; init; }
    /// <summary>Whether the server announced its shutdown.</summary>
    public bool IsLameDuck { get; init; }
    /// <summary>Whether the server is parked: it is tried again only after all others have failed.</summary>
    public bool IsParked { get; init; }
    /// <summary>Number of failed attempts since the last success.</summary>
    public int Attempts { get; init; }
    /// <summary>The last failure as one line, or <see langword="null"/>.</summary>
    public string? LastError { get; init; }
    /// <summary>When a session with the server was last open, in UTC, or <see langword="null"/>.</summary>
    public DateTimeOffset? LastConnected { get => _lastConnected.Value; init => _lastConnected = new(value); }

    /// <summary>Returns the URL, followed by the name when it is known.</summary>
    public override string ToString() => Name is null ? Url.ToString().TrimEnd('/') : $"{Url.ToString().TrimEnd('/')} ({Name})";
}
