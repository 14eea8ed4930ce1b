using Earshot.Protocol;

namespace Earshot.Connections;

/// <summary>What tracing needs of a received message, whatever its type.</summary>
[ForExtensions]
internal readonly record struct ReceivedContext(string Subject, string? ReplyTo, NatsHeaders? Headers, long? Size, INatsConnection? Connection);
