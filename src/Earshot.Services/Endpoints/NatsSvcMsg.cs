using System.Globalization;
using Earshot.Services.Endpoints;

namespace Earshot.Services;

/// <summary>A request to an endpoint.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
public readonly struct NatsSvcMsg<T>
{
    private readonly NatsMsg<T> _msg;
    private readonly RequestOutcome? _outcome;

    /// <summary>Creates a request. Applications need this in unit tests of their handlers only.</summary>
    /// <param name="msg">The message.</param>
    /// <param name="endPoint">The endpoint whose statistics count errors. Null: none.</param>
    /// <param name="exception">The exception with which the message could not be read. Null: none.</param>
    public NatsSvcMsg(NatsMsg<T> msg, INatsSvcEndpoint? endPoint, Exception? exception)
    {
        (_msg, _outcome, Exception) = (msg, endPoint is ServiceEndpoint endpoint ? new RequestOutcome(endpoint) : null, exception);
    }

    internal NatsSvcMsg(NatsMsg<T> msg, RequestOutcome? outcome)
    {
        (_msg, _outcome, Exception) = (msg, outcome, msg.Error);
    }

    /// <summary>The exception with which the message could not be read, for example that of the deserializer; null when it was read.</summary>
    public Exception? Exception { get; }

    /// <summary>The subject of the request.</summary>
    public string Subject => _msg.Subject;

    /// <summary>The value of the request; the default of the type when there is an <see cref="Exception"/>.</summary>
    public T? Data => _msg.Data;

    /// <summary>The subject for the reply; null when the requester expects none.</summary>
    public string? ReplyTo => _msg.ReplyTo;

    /// <summary>The headers; null when there are none.</summary>
    public NatsHeaders? Headers => _msg.Headers;

    /// <summary>Replies without a payload.</summary>
    /// <param name="headers">The headers. Null: none.</param>
    /// <param name="replyTo">The subject for an answer to the reply. Null: none.</param>
    /// <param name="opts">Options of the publish. Null: the defaults.</param>
    /// <param name="cancellationToken">Cancels waiting for room in the buffer.</param>
    /// <returns>A task that completes when the reply is in the outbound buffer.</returns>
    /// <exception cref="NatsException">The request has no reply subject.</exception>
    public ValueTask ReplyAsync(NatsHeaders? headers = null, string? replyTo = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default) =>
        Reply(_msg.ReplyAsync(headers, replyTo, opts, cancellationToken));

    /// <summary>Replies with a value.</summary>
    /// <typeparam name="TReply">The type of the reply.</typeparam>
    /// <param name="data">The value.</param>
    /// <param name="headers">The headers. Null: none.</param>
    /// <param name="replyTo">The subject for an answer to the reply. Null: none.</param>
    /// <param name="serializer">The serializer. Null: the one of the connection's registry.</param>
    /// <param name="opts">Options of the publish. Null: the defaults.</param>
    /// <param name="cancellationToken">Cancels waiting for room in the buffer.</param>
    /// <returns>A task that completes when the reply is in the outbound buffer.</returns>
    /// <exception cref="NatsException">The request has no reply subject.</exception>
    public ValueTask ReplyAsync<TReply>(TReply data, NatsHeaders? headers = null, string? replyTo = null, INatsSerialize<TReply>? serializer = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default) =>
        Reply(_msg.ReplyAsync(data, headers, replyTo, serializer, opts, cancellationToken));

    /// <summary>Replies with an error and a value. The statistics count the error when the reply is in the outbound buffer, once for each request.</summary>
    /// <typeparam name="TReply">The type of the value.</typeparam>
    /// <param name="code">The code of the error, for example 400.</param>
    /// <param name="message">The description of the error. Its first 1,024 bytes (UTF-8) are sent.</param>
    /// <param name="data">The value.</param>
    /// <param name="headers">Further headers. They are not modified. Null: none.</param>
    /// <param name="replyTo">The subject for an answer to the reply. Null: none.</param>
    /// <param name="serializer">The serializer. Null: the one of the connection's registry.</param>
    /// <param name="opts">Options of the publish. Null: the defaults.</param>
    /// <param name="cancellationToken">Cancels waiting for room in the buffer.</param>
    /// <returns>A task that completes when the reply is in the outbound buffer.</returns>
    /// <exception cref="ArgumentNullException">The message is null.</exception>
    /// <exception cref="NatsException">The request has no reply subject.</exception>
    public ValueTask ReplyErrorAsync<TReply>(int code, string message, TReply data, NatsHeaders? headers = null, string? replyTo = null, INatsSerialize<TReply>? serializer = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default)
    {
        ValueTask sent = Reply(_msg.ReplyAsync(data, WithError(code, message, headers), replyTo, serializer, opts, cancellationToken));
        return Count(sent, code, message);
    }

    /// <summary>Replies with an error and without a payload. The statistics count the error when the reply is in the outbound buffer, once for each request.</summary>
    /// <param name="code">The code of the error, for example 400.</param>
    /// <param name="message">The description of the error. Its first 1,024 bytes (UTF-8) are sent.</param>
    /// <param name="headers">Further headers. They are not modified. Null: none.</param>
    /// <param name="replyTo">The subject for an answer to the reply. Null: none.</param>
    /// <param name="opts">Options of the publish. Null: the defaults.</param>
    /// <param name="cancellationToken">Cancels waiting for room in the buffer.</param>
    /// <returns>A task that completes when the reply is in the outbound buffer.</returns>
    /// <exception cref="ArgumentNullException">The message is null.</exception>
    /// <exception cref="NatsException">The request has no reply subject.</exception>
    public ValueTask ReplyErrorAsync(int code, string message, NatsHeaders? headers = null, string? replyTo = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default)
    {
        ValueTask sent = Reply(_msg.ReplyAsync(WithError(code, message, headers), replyTo, opts, cancellationToken));
        return Count(sent, code, message);
    }

    /// <summary>The same request, whose errors are not counted.</summary>
    internal NatsSvcMsg<T> Uncounted() => new(_msg, null);

    private ValueTask Reply(ValueTask sent) => _outcome?.Reply(sent) ?? sent;

    // Only an answer that is sent: where it fails, the handler throws, and the exception is counted.
    private ValueTask Count(ValueTask sent, int code, string message)
    {
        if (_outcome is not { } outcome)
        {
            return sent;
        }

        if (!sent.IsCompletedSuccessfully)
        {
            return CountWhenSentAsync(outcome, sent, code, message);
        }

        outcome.Failed(code, message);
        return sent;
    }

    private static async ValueTask CountWhenSentAsync(RequestOutcome outcome, ValueTask sent, int code, string message)
    {
        await sent.ConfigureAwait(false);
        outcome.Failed(code, message);
    }

    // A header is one line, without control characters, and short enough for every answer.
    private static NatsHeaders WithError(int code, string message, NatsHeaders? headers)
    {
        ArgumentNullException.ThrowIfNull(message);
        var all = new NatsHeaders();
        foreach (KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues> header in headers ?? [])
        {
            all[header.Key] = header.Value;
        }

        all[NatsSvcConstants.ServiceErrorHeader] = string.Concat(ErrorText.Cut(message).ReplaceLineEndings(" ").Select(character => char.IsControl(character) ? ' ' : character));
        all[NatsSvcConstants.ServiceErrorCodeHeader] = code.ToString(CultureInfo.InvariantCulture);
        return all;
    }
}
