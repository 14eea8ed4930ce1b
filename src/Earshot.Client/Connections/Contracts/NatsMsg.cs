using System.Buffers;
using Earshot.Serialization;

namespace Earshot;

/// <summary>A received message, or a message to publish.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public readonly record struct NatsMsg<T> : INatsMsg<T>
{
    private readonly NatsException? _error;

    /// <summary>Creates a message from its parts.</summary>
    /// <param name="subject">The subject of the message.</param>
    /// <param name="replyTo">The reply subject, or null.</param>
    /// <param name="size">The size of subject, reply subject, headers and payload in bytes.</param>
    /// <param name="headers">The headers, or null.</param>
    /// <param name="data">The value of the message.</param>
    /// <param name="connection">The connection that replies are sent through, or null.</param>
    /// <param name="flags">Facts about the message.</param>
    public NatsMsg(string subject, string? replyTo, int size, NatsHeaders? headers, T? data, INatsConnection? connection, NatsMsgFlags flags = NatsMsgFlags.None)
    {
        (Subject, ReplyTo, Size, Headers, Data, Connection, Flags) = (subject, replyTo, size, headers, data, connection, flags);
    }

    /// <inheritdoc/>
    public string Subject { get; init; }

    /// <inheritdoc/>
    public string? ReplyTo { get; init; }

    /// <inheritdoc/>
    public int Size { get; init; }

    /// <summary>Facts about the message that are known without reading its content.</summary>
    public NatsMsgFlags Flags { get; init; }

    /// <inheritdoc/>
    public NatsHeaders? Headers { get; init; }

    /// <inheritdoc/>
    public T? Data { get; init; }

    /// <inheritdoc/>
    public INatsConnection? Connection { get; init; }

    /// <inheritdoc/>
    public NatsException? Error
    {
        get => _error ?? Headers?.Error;
        internal init => _error = value;
    }

    /// <summary>Whether the payload has no bytes.</summary>
    public bool IsEmpty => (Flags & NatsMsgFlags.Empty) != 0;

    /// <summary>Whether the message is a no-responders reply (status 503).</summary>
    public bool HasNoResponders => (Flags & NatsMsgFlags.NoResponders) != 0;

    /// <summary>Takes the message apart.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="replyTo">Where replies go.</param>
    /// <param name="size">Bytes of subject, reply, headers and payload.</param>
    /// <param name="headers">Headers.</param>
    /// <param name="data">The value.</param>
    /// <param name="connection">The connection it came from.</param>
    /// <param name="flags">What is known of it.</param>
    public void Deconstruct(out string subject, out string? replyTo, out int size, out NatsHeaders? headers, out T? data, out INatsConnection? connection, out NatsMsgFlags flags) =>
        (subject, replyTo, size, headers, data, connection, flags) = (Subject, ReplyTo, Size, Headers, Data, Connection, Flags);

    /// <inheritdoc/>
    public void EnsureSuccess()
    {
        if (HasNoResponders)
        {
            throw new NatsNoRespondersException();
        }

        if (Error is { } error)
        {
            throw error;
        }
    }

    /// <inheritdoc/>
    public ValueTask ReplyAsync(NatsHeaders? headers = null, string? replyTo = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default) =>
        Target(out string subject).PublishAsync(subject, headers, replyTo, opts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask ReplyAsync<TReply>(TReply data, NatsHeaders? headers = null, string? replyTo = null, INatsSerialize<TReply>? serializer = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default) =>
        Target(data, out string subject).PublishAsync(subject, data, headers, replyTo, serializer, opts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask ReplyAsync<TReply>(NatsMsg<TReply> msg, INatsSerialize<TReply>? serializer = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default) =>
        Target(msg.Data, out string subject).PublishAsync(subject, msg.Data!, msg.Headers, msg.ReplyTo, serializer, opts, cancellationToken);

    /// <summary>Creates a message from bytes, as the connection does for received messages.</summary>
    /// <param name="subject">The subject of the message.</param>
    /// <param name="replyTo">The reply subject, or null.</param>
    /// <param name="headersBuffer">The header block; null: no headers.</param>
    /// <param name="payloadBuffer">The payload bytes.</param>
    /// <param name="connection">The connection that replies are sent through, or null.</param>
    /// <param name="headerParser">The parser of the header block.</param>
    /// <param name="serializer">The deserializer of the payload.</param>
    /// <returns>The message; its <see cref="Error"/> contains the failure of reading it.</returns>
    /// <exception cref="ArgumentNullException">The subject, the header parser or the serializer is null.</exception>
#pragma warning disable CA1000 // callers have it in this place
    public static NatsMsg<T> Build(
        string subject,
        string? replyTo,
        in ReadOnlySequence<byte>? headersBuffer,
        in ReadOnlySequence<byte> payloadBuffer,
        INatsConnection? connection,
        NatsHeaderParser headerParser,
        INatsDeserialize<T> serializer)
#pragma warning restore CA1000
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(headerParser);
        ArgumentNullException.ThrowIfNull(serializer);
        NatsHeaders? headers = null;
        NatsException? error = null;
        T? data = default;
        try
        {
            headers = headersBuffer is { } block ? headerParser.Parse(block) : null;
            data = payloadBuffer.IsEmpty && headers?.Code == 503 ? default : serializer.Deserialize(payloadBuffer, new NatsMsgContext(subject, replyTo, headers));
        }
        catch (NatsHeaderParseException e)
        {
            error = e;
        }
        catch (Exception e)
        {
            error = new NatsDeserializeException(payloadBuffer.ToArray(), e);
        }

        NatsMsgFlags flags = payloadBuffer.IsEmpty ? NatsMsgFlags.Empty : NatsMsgFlags.None;
        if (payloadBuffer.IsEmpty && headers?.Code == 503)
        {
            flags |= NatsMsgFlags.NoResponders;
        }

        int size = subject.Length + (replyTo?.Length ?? 0) + (int)(headersBuffer?.Length ?? 0) + (int)payloadBuffer.Length;
        return new NatsMsg<T>(subject, replyTo, size, headers, data, connection, flags) { Error = error };
    }

    // The ownership passes with the call, also when there is no reply subject.
    private INatsConnection Target<TReply>(TReply data, out string subject)
    {
        if (ReplyTo is null || Connection is null)
        {
            PayloadForm.Release(data!);
        }

        return Target(out subject);
    }

    private INatsConnection Target(out string subject)
    {
        subject = ReplyTo ?? throw new NatsException("The message has no reply subject.");
        return Connection ?? throw new NatsException("The message was not received from a connection, so it cannot be replied to.");
    }
}
