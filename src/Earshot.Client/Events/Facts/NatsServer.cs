using System.Net;
using Earshot.Events;

namespace Earshot;

/// <summary>What is known about one server of the pool at one moment; immutable, and never holds credentials.</summary>
public sealed record NatsServer
{
    private readonly OptionalDateTime _lastConnected;

    /// <summary>The url; user, password and token are removed when it is set.</summary>
    public required Uri Url { get; init => field = EventText.WithoutCredentials(value); }
    /// <summary>The address last dialled, or <see langword="null"/> before the first dial.</summary>
    public EndPoint? Endpoint { get; init; }
    /// <summary>The id from its INFO, or <see langword="null"/> while unknown.</summary>
    public string? Id { get; init; }
    /// <summary>The name from its INFO, or <see langword="null"/> while unknown.</summary>
    public string? Name { get; init; }
    /// <summary>The cluster from its INFO, or <see langword="null"/> while unknown.</summary>
    public string? Cluster { get; init; }
    /// <summary>The version from its INFO, or <see langword="null"/> while unknown.</summary>
    public string? Version { get; init; }
    /// <summary><see langword="true"/> when an INFO advertised it; <see langword="false"/> when the options name it.</summary>
    public bool IsDiscovered { get; init; }
    /// <summary>Whether it announced its shutdown.</summary>
    public bool IsLameDuck { get; init; }
    /// <summary>Whether it is left alone for now because it could not be reached.</summary>
    public bool IsParked { get; init; }
    /// <summary>Failed attempts since the last success.</summary>
    public int Attempts { get; init; }
    /// <summary>The last failure, as one line, or <see langword="null"/>.</summary>
    public string? LastError { get; init; }
    /// <summary>When a session with it was last open, in UTC, or <see langword="null"/>.</summary>
    public DateTimeOffset? LastConnected { get => _lastConnected.Value; init => _lastConnected = new(value); }

    /// <summary>The url, followed by the name when it is known.</summary>
    public override string ToString() => Name is null ? Url.ToString().TrimEnd('/') : $"{Url.ToString().TrimEnd('/')} ({Name})";
}
