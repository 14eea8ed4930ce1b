using System.Buffers;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Earshot.Messages;
using Earshot.Outbound;
using Earshot.Protocol;
using Earshot.Serialization;
using Earshot.Subscriptions;

namespace Earshot;

/// <summary>What every message has.</summary>
public interface INatsMsg
{
    /// <summary>The headers; null when there are none.</summary>
    NatsHeaders? Headers { get; }
}

/// <summary>A message with a value.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public interface INatsMsg<T> : INatsMsg
{
    /// <summary>The subject it was sent to.</summary>
    string Subject { get; }

    /// <summary>Where replies go; null when none is wanted.</summary>
    string? ReplyTo { get; }

    /// <summary>Bytes of subject, reply, headers and payload.</summary>
    int Size { get; }

    /// <summary>The value; default when the payload is empty or could not be read.</summary>
    T? Data { get; }

    /// <summary>The connection it came from.</summary>
    INatsConnection? Connection { get; }

    /// <summary>Why headers or payload could not be read; null when they could.</summary>
    NatsException? Error { get; }

    /// <summary>Throws when the message is an error: unreadable, or the answer that nobody responds.</summary>
    void EnsureSuccess();

    /// <summary>Answers with an empty message.</summary>
    /// <param name="headers">Headers.</param>
    /// <param name="replyTo">Where the answer's replies go.</param>
    /// <param name="opts">Options of the publish.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>As for a publish.</returns>
    ValueTask ReplyAsync(NatsHeaders? headers = null, string? replyTo = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Answers with a value.</summary>
    /// <typeparam name="TReply">Type of the answer.</typeparam>
    /// <param name="data">The answer; a pooled owner is handed over as when publishing.</param>
    /// <param name="headers">Headers.</param>
    /// <param name="replyTo">Where the answer's replies go.</param>
    /// <param name="serializer">Null: the registry's.</param>
    /// <param name="opts">Options of the publish.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>As for a publish.</returns>
    ValueTask ReplyAsync<TReply>(TReply data, NatsHeaders? headers = null, string? replyTo = null, INatsSerialize<TReply>? serializer = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Answers with another message's data and headers.</summary>
    /// <typeparam name="TReply">Type of the answer.</typeparam>
    /// <param name="msg">The answer.</param>
    /// <param name="serializer">Null: the registry's.</param>
    /// <param name="opts">Options of the publish.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>As for a publish.</returns>
    ValueTask ReplyAsync<TReply>(NatsMsg<TReply> msg, INatsSerialize<TReply>? serializer = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default);
}

/// <summary>A received message, or one to publish.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public readonly record struct NatsMsg<T> : INatsMsg<T>
{
    private readonly NatsException? _error;

    /// <summary>Makes a message.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="replyTo">Where replies go.</param>
    /// <param name="size">Bytes of subject, reply, headers and payload.</param>
    /// <param name="headers">Headers.</param>
    /// <param name="data">The value.</param>
    /// <param name="connection">The connection it came from.</param>
    /// <param name="flags">What is known of it.</param>
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

    /// <summary>What is known of the message without looking into it.</summary>
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

    /// <summary>The payload had no bytes.</summary>
    public bool IsEmpty => (Flags & NatsMsgFlags.Empty) != 0;

    /// <summary>The server's answer that nobody subscribes to the request's subject.</summary>
    public bool HasNoResponders => (Flags & NatsMsgFlags.NoResponders) != 0;

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

    /// <summary>Makes a message from bytes, as the connection does for received ones.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="replyTo">Where replies go.</param>
    /// <param name="headersBuffer">The header block; null: no headers.</param>
    /// <param name="payloadBuffer">The payload.</param>
    /// <param name="connection">The connection replies go through.</param>
    /// <param name="headerParser">Reads the header block.</param>
    /// <param name="serializer">Reads the payload.</param>
    /// <returns>The message; its <see cref="Error"/> tells what could not be read.</returns>
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
            data = payloadBuffer.IsEmpty ? default : serializer.Deserialize(payloadBuffer, new NatsMsgContext(subject, replyTo, headers));
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

    /// <summary>Makes the message a user sees, on the user's time. Takes over the received array.</summary>
    internal static NatsMsg<T> From(in InboundMessage received, NatsConnection connection, INatsDeserialize<T> deserializer) =>
        From(received, connection, deserializer, PayloadForm.For<T>(deserializer));

    /// <summary>The same for who has asked for the form of the payload before.</summary>
    internal static NatsMsg<T> From(in InboundMessage received, NatsConnection connection, INatsDeserialize<T> deserializer, PayloadFormKind form)
    {
        if (form != PayloadFormKind.ByteArray || received.IsPooled)
        {
            return FromAny(received, connection, deserializer, form);
        }

        byte[] bytes = received.Buffer;
        NatsMsgFlags flags = bytes.Length == 0 ? NatsMsgFlags.Empty : NatsMsgFlags.None;
        return new NatsMsg<T>(received.Subject, received.ReplyTo, received.Size, null, Unsafe.As<byte[], T>(ref bytes), connection, flags);
    }

    private static NatsMsg<T> FromAny(in InboundMessage received, NatsConnection connection, INatsDeserialize<T> deserializer, PayloadFormKind form)
    {
        NatsHeaders? headers = null;
        NatsException? error = null;
        NatsMsgFlags flags = received.PayloadLength == 0 ? NatsMsgFlags.Empty : NatsMsgFlags.None;
        if (received.HeadersLength > 0)
        {
            if (IsNoResponders(received))
            {
                flags |= NatsMsgFlags.NoResponders;
            }

            try
            {
                headers = HeaderCodec.Parse(received.Headers);
            }
            catch (NatsHeaderParseException e)
            {
                error = e;
            }
        }

        T? data = default;
        int size = received.Size;
        try
        {
            data = Read(received, deserializer, headers, form);
        }
        catch (Exception e)
        {
            error = new NatsDeserializeException(received.Payload.ToArray(), e);
            connection.DeserializerThrew(error);
        }
        finally
        {
            if (received.IsPooled && !(form == PayloadFormKind.MemoryOwner && received.PayloadLength > 0))
            {
                ArrayPool<byte>.Shared.Return(received.Buffer);
            }
        }

        return new NatsMsg<T>(received.Subject, received.ReplyTo, size, headers, data, connection, flags) { Error = error };
    }

    /// <summary>Status 503 with an empty payload: what the server answers for a subject without subscribers.</summary>
    internal static bool IsNoResponders(in InboundMessage received) =>
        received.PayloadLength == 0 && HeaderCodec.TryReadStatus(received.Headers, out int code) && code == 503;

    private static T? Read(in InboundMessage received, INatsDeserialize<T> deserializer, NatsHeaders? headers, PayloadFormKind form)
    {
        if (form == PayloadFormKind.ByteArray)
        {
            byte[] bytes = received.IsPooled ? received.Payload.ToArray() : received.Buffer;
            return Unsafe.As<byte[], T>(ref bytes);
        }

        if (form == PayloadFormKind.MemoryOwner && received.PayloadLength > 0)
        {
            ArrayPool<byte>? pool = received.IsPooled ? ArrayPool<byte>.Shared : null;
            var owner = NatsMemoryOwner<byte>.Wrap(received.Buffer, received.HeadersLength, received.PayloadLength, pool);
            return Unsafe.As<NatsMemoryOwner<byte>, T>(ref owner);
        }

        // An empty payload is "no value" for everything that is not bytes: sentinels, nulls, bare statuses.
        if (received.PayloadLength == 0 && form is PayloadFormKind.Serializer or PayloadFormKind.String && received.PayloadLength == 0)
        {
            return default;
        }

        return deserializer.Deserialize(new ReadOnlySequence<byte>(received.Payload), new NatsMsgContext(received.Subject, received.ReplyTo, headers));
    }

    // An owner is handed over with the call, also when there is nobody to reply to.
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
        subject = ReplyTo ?? throw new InvalidOperationException("This message asks for no reply: it has no reply subject.");
        return Connection ?? throw new InvalidOperationException("This message came from no connection, so there is nothing to reply on.");
    }
}

/// <summary>What a requester wants of its reply.</summary>
internal readonly record struct ReplyTerms<T>(NatsConnection Connection, INatsDeserialize<T> Deserializer, bool ThrowsNoResponders);

/// <summary>
/// A reply on its way to the application, which makes a message of it when it takes it: on the application's time, and without a state
/// machine between that would be made and given back on different threads. It belongs to its waiter's slot and is used with it.
/// </summary>
internal sealed class PendingReply<T>(RequestWaiter waiter) : IValueTaskSource<NatsMsg<T>>
{
    private ReplyTerms<T> _terms;

    public static ValueTask<NatsMsg<T>> Ask<TRequest>(Requester requester, in PublishCall call, TRequest? data, INatsSerialize<TRequest> serializer, in ReplyTerms<T> terms)
    {
        try
        {
            bool exact = PayloadForm.For<T>(terms.Deserializer) == PayloadFormKind.ByteArray;
            ValueTask<InboundMessage> reply = requester.RequestAsync(call, data, serializer, exact, out RequestWaiter? waiter);
            if (waiter is null)
            {
                return TakeAsync(reply, call.Subject, terms);
            }

            PendingReply<T> pending = waiter.View as PendingReply<T> ?? new PendingReply<T>(waiter);
            (waiter.View, pending._terms) = (pending, terms);
            return new ValueTask<NatsMsg<T>>(pending, waiter.Version);
        }
        catch (Exception e)
        {
            return ValueTask.FromException<NatsMsg<T>>(e);
        }
    }

    public NatsMsg<T> GetResult(short token)
    {
        (string subject, ReplyTerms<T> terms) = (waiter.Subject, _terms); // before the slot is given back, and perhaps taken again
        return Take(waiter.GetResult(token), subject, terms);
    }

    public ValueTaskSourceStatus GetStatus(short token) => waiter.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        waiter.OnCompleted(continuation, state, token, flags);

    private static async ValueTask<NatsMsg<T>> TakeAsync(ValueTask<InboundMessage> reply, string subject, ReplyTerms<T> terms) =>
        Take(await reply.ConfigureAwait(false), subject, terms);

    private static NatsMsg<T> Take(in InboundMessage reply, string subject, in ReplyTerms<T> terms)
    {
        var message = NatsMsg<T>.From(reply, terms.Connection, terms.Deserializer);
        return message.HasNoResponders && terms.ThrowsNoResponders ? throw new NatsNoRespondersException(subject) : message;
    }
}

/// <summary>Builds messages for tests of the application's own code: what it is given, with the size the server would count.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public class NatsMsgBuilder<T>
{
    /// <summary>The subject. Default: empty.</summary>
    public string Subject { get; set; } = "";

    /// <summary>Where replies go.</summary>
    public string? ReplyTo { get; set; }

    /// <summary>The headers.</summary>
    public NatsHeaders? Headers { get; set; }

    /// <summary>The value.</summary>
    public T? Data { get; set; }

    /// <summary>The connection replies go through.</summary>
    public INatsConnection? Connection { get; set; }

    /// <summary>What is known of the message.</summary>
    public NatsMsgFlags Flags { get; set; }

    /// <summary>Tells how many bytes the value has. Default: bytes and primitives.</summary>
    public INatsSerializer<T>? Serializer { get; set; }

    /// <summary>The message as it stands now.</summary>
    /// <exception cref="NatsException">The value cannot be serialised, so it has no size.</exception>
    public NatsMsg<T> Msg => new(Subject, ReplyTo, Size(), Headers, Data, Connection, Flags);

    private int Size()
    {
        int size = Subject.Length + (ReplyTo?.Length ?? 0) + (Headers is { Count: > 0 } ? HeaderCodec.Measure(Headers) : 0);
        if (Data is null)
        {
            return size;
        }

        using var writer = new NatsBufferWriter<byte>();
        (Serializer ?? NatsDefaultSerializer<T>.Default).Serialize(writer, Data, new NatsMsgContext(Subject, ReplyTo, Headers));
        return size + writer.WrittenCount;
    }
}
