using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Consuming;

/// <summary>What a read of a push consumer needs to know of it, and to create it again.</summary>
internal sealed record PushPlan
{
    public required ContextParts Parts { get; init; }

    public required string Stream { get; init; }

    /// <summary>The configuration with which the consumer was created, or which the server reported.</summary>
    public required ConsumerConfig Config { get; init; }

    /// <summary>Whether the deliver subject was chosen by the application, so that it is kept when the consumer is recreated.</summary>
    public bool IsSubjectFixed { get; init; }

    /// <summary>Whether the read may recreate the consumer.</summary>
    public bool IsRecreatable { get; init; }

    /// <summary>The maximum number of messages in the queue; further ones are dropped.</summary>
    public long MaxMsgs { get; init; } = long.MaxValue;

    /// <summary>The maximum size of the messages in the queue, in bytes; further ones are dropped.</summary>
    public long MaxBytes { get; init; } = long.MaxValue;

    /// <summary>Receives the notifications of all reads of the consumer; null: only the journal reports them.</summary>
    public Func<INatsJSNotification, CancellationToken, Task>? NotificationHandler { get; init; }
}
