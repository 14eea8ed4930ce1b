// Represent live objects in an event that was read back from an export: descriptions without behaviour.
using System.Net;

namespace Earshot.Events;

/// <summary>An exception of another process: its type name and message.</summary>
internal sealed class RecordedException(string typeName, string message) : Exception(message)
{
    public string TypeName { get; } = typeName;

    public override string ToString() => $"{TypeName}: {Message}";
}

/// <summary>A subscription of another process.</summary>
internal sealed record RecordedSub(string Sid, string Subject, string? QueueGroup) : INatsSub
{
    public NatsSubStats Stats => default;
}

/// <summary>An address that is no IP address and port.</summary>
internal sealed class RecordedEndPoint(string text) : EndPoint
{
    public override string ToString() => text;

    public override bool Equals(object? obj) => obj is RecordedEndPoint other && other.ToString() == text;

    public override int GetHashCode() => text.GetHashCode(StringComparison.Ordinal);
}
