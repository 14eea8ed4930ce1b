using Earshot.Protocol;

namespace Earshot.JetStream.Consuming;

/// <summary>The settings of an ordered read of an extension.</summary>
[ForExtensions]
internal sealed record OrderedReadSetup
{
    public required string Stream { get; init; }

    public required NatsJSOrderedConsumerOpts Consumer { get; init; }

    public required NatsJSConsumeOpts Consume { get; init; }

    /// <summary>The kind of the read in events.</summary>
    public required NatsJSConsumerKind Kind { get; init; }

    /// <summary>The creation time of the stream, as known before the read.</summary>
    public required DateTimeOffset StreamCreated { get; init; }

    /// <summary>Called when an incarnation of the consumer was created, before its first message, with whether the stream had lost messages.</summary>
    public required Action<ConsumerInfo, bool> Created { get; init; }
}
