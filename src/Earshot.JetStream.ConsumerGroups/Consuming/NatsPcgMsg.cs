using Earshot.JetStream.ConsumerGroups.Partitions;

namespace Earshot.JetStream.ConsumerGroups;

/// <summary>A message that a member of a consumer group processes. Its subject does not contain the number of the partition.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed class NatsPcgMsg<T> : INatsJSMsg<T>
{
    /// <summary>Initializes the message of a member.</summary>
    /// <param name="message">The message as the consumer delivered it.</param>
    public NatsPcgMsg(INatsJSMsg<T> message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Message = message;
        (Partition, Subject) = PartitionSubjects.Split(message.Subject);
    }

    /// <summary>The message as the consumer delivered it.</summary>
    public INatsJSMsg<T> Message { get; }

    /// <summary>The number of the partition; -1 when the subject does not begin with one.</summary>
    public int Partition { get; }

    /// <summary>The subject without the number of the partition.</summary>
    public string Subject { get; }

    /// <summary>The subject under which the message is stored, with the number of the partition.</summary>
    public string PartitionedSubject => Message.Subject;

    /// <inheritdoc/>
    public NatsHeaders? Headers => Message.Headers;

    /// <inheritdoc/>
    public int Size => Message.Size;

    /// <inheritdoc/>
    public T? Data => Message.Data;

    /// <inheritdoc/>
    public INatsConnection? Connection => Message.Connection;

    /// <inheritdoc/>
    public NatsJSMsgMetadata? Metadata => Message.Metadata;

    /// <inheritdoc/>
    public string? ReplyTo => Message.ReplyTo;

    /// <inheritdoc/>
    public NatsException? Error => Message.Error;

    /// <inheritdoc/>
    public void EnsureSuccess() => Message.EnsureSuccess();

    /// <inheritdoc/>
    [Obsolete("A message of JetStream is acknowledged: use AckAsync, NakAsync, AckProgressAsync or AckTerminateAsync.")]
    public ValueTask ReplyAsync(NatsHeaders? headers = null, string? replyTo = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default) =>
        Message.ReplyAsync(headers, replyTo, opts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask AckAsync(AckOpts? opts = null, CancellationToken cancellationToken = default) => Message.AckAsync(opts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask NakAsync(AckOpts? opts = null, CancellationToken cancellationToken = default) => Message.NakAsync(opts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask AckProgressAsync(AckOpts? opts = null, CancellationToken cancellationToken = default) => Message.AckProgressAsync(opts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask AckTerminateAsync(AckOpts? opts = null, CancellationToken cancellationToken = default) => Message.AckTerminateAsync(opts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<NatsJSAckOutcome> TryAckAsync(AckOpts? opts = null, CancellationToken cancellationToken = default) => Message.TryAckAsync(opts, cancellationToken);
}
