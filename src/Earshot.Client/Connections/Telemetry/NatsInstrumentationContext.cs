using System.Diagnostics;

namespace Earshot;

/// <summary>What instrumentation callbacks receive of a message that is published, requested or handled.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Headers">The headers; null: none.</param>
/// <param name="ReplyTo">The reply subject; null: none.</param>
/// <param name="QueueGroup">The queue group of the subscription; null: none, or a message that is sent.</param>
/// <param name="BodySize">The size of the payload in bytes; null: not known, as for a message that is sent.</param>
/// <param name="Size">The size of subject, reply subject, headers and payload in bytes; null: not known.</param>
/// <param name="Connection">The connection; null for a message that was received from none.</param>
/// <param name="ParentContext">The context that the activity continues.</param>
public readonly record struct NatsInstrumentationContext(
    string Subject, NatsHeaders? Headers, string? ReplyTo, string? QueueGroup, long? BodySize, long? Size, INatsConnection? Connection, ActivityContext ParentContext)
{
    /// <summary>The baggage that came with the message; null: none, or a message that is sent.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>>? Baggage { get; init; }
}
