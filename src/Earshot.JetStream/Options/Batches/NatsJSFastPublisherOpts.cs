namespace Earshot.JetStream;

/// <summary>Options of a publisher of fast batches.</summary>
public sealed record NatsJSFastPublisherOpts
{
    /// <summary>An instance with the default options.</summary>
    public static readonly NatsJSFastPublisherOpts Default = new();

    /// <summary>The number of messages per ack that the client offers, from 1 to 65,535. The server may use less. Default: 100.</summary>
    public int Flow { get; init; } = 100;

    /// <summary>The number of acks that may be outstanding; adding a message waits when the messages of so many acks have no ack. Default: 2.</summary>
    public int MaxOutstandingAcks { get; init; } = 2;

    /// <summary>The time to wait for an answer, before the batch is regarded as lost. The server is asked again after each third of it. Default: 5 s.</summary>
    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What the server does when a message is lost or rejected. Default: <see cref="NatsJSFastMode.Fail"/>.</summary>
    public NatsJSFastMode Mode { get; init; }

    /// <summary>Whether each message without a message id is given one, so that messages without an ack can be sent again. Default: true.</summary>
    public bool UseMsgIds { get; init; } = true;

    /// <summary>Called for each range of messages that is not stored, in the mode <see cref="NatsJSFastMode.Ok"/>. Called on the thread pool. Null: not called.</summary>
    public Action<NatsJSFastLoss>? OnLost { get; init; }
}
