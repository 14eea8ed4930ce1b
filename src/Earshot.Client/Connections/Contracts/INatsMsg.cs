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
