using Earshot.Errors;

namespace Earshot;

/// <summary>A subscription as events show it, whatever its message type. Reading its members is safe from any thread.</summary>
public interface INatsSub
{
    /// <summary>The subject subscribed to; may hold wildcards.</summary>
    string Subject { get; }
    /// <summary>The queue group, or <see langword="null"/>.</summary>
    string? QueueGroup { get; }
    /// <summary>The id of the subscription on the wire.</summary>
    string Sid => throw MissingMember.Of(this);
    /// <summary>What it has delivered, holds and has dropped right now.</summary>
    NatsSubStats Stats => throw MissingMember.Of(this);
}
