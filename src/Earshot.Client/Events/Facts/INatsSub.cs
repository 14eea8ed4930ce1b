using Earshot.Errors;

namespace Earshot;

/// <summary>A subscription as events refer to it, independent of its message type. Its members can be read from any thread.</summary>
public interface INatsSub
{
    /// <summary>The subject of the subscription; may contain wildcards.</summary>
    string Subject { get; }
    /// <summary>The queue group of the subscription, or <see langword="null"/>.</summary>
    string? QueueGroup { get; }
    /// <summary>The id of the subscription on the wire (sid).</summary>
    string Sid => throw MissingMember.Of(this);
    /// <summary>The current counters of the subscription.</summary>
    NatsSubStats Stats => throw MissingMember.Of(this);
}
