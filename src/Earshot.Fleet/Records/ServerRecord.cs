using System.Text.Json.Serialization;

namespace Earshot.Fleet;

/// <summary>What a server reports about itself or about one of its connections.</summary>
public sealed record ServerRecord : FleetRecord
{
    /// <summary>The version of the JSON form.</summary>
    [JsonPropertyName("v"), JsonPropertyOrder(-1)]
    public int Version { get; init; } = FormatVersion;

    /// <summary>What the server reports.</summary>
    public required ServerRecordKind Kind { get; init; }

    /// <summary>When it happened, by the clock of the server, in UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The server that reports it, or that it is about.</summary>
    public required ServerIdentity Server { get; init; }

    /// <summary>The client, in records about a connection; otherwise null.</summary>
    public ServerClient? Client { get; init; }

    /// <summary>Why the connection ended, in the words of the server.</summary>
    public string? Reason { get; init; }

    /// <summary>When the record was received, by the clock of the reader; null if unknown. It bounds the clock of the server.</summary>
    public DateTimeOffset? Received { get; init; }

    /// <summary>The ids of the servers to which a server with <see cref="ServerRecordKind.Stats"/> has routes.</summary>
    public IReadOnlyList<string>? Routes { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override DateTimeOffset Time => At;

    /// <summary>Whether both report the same.</summary>
    public bool Equals(ServerRecord? other) =>
        other is not null && (Version, Kind, At, Server, Client, Reason, Received) == (other.Version, other.Kind, other.At, other.Server, other.Client, other.Reason, other.Received)
        && (Routes ?? []).SequenceEqual(other.Routes ?? []);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, At, Server, Client, Reason);
}
