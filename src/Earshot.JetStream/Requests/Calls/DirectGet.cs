using System.Buffers;

namespace Earshot.JetStream.Requests;

/// <summary>
/// Reads one message from any replica or mirror, without JSON around it (ADR-31). A replica may be behind: in a stream with three
/// replicas, a read directly after the ack of a publish may not find the message.
/// </summary>
internal static class DirectGet
{
    private const int BadRequest = 408;
    private const int RequiredLevel = 412;
    private const int TooManyResults = 413;

    private static readonly SearchValues<char> s_special = SearchValues.Create(" \t\r\n*>");

    /// <exception cref="ArgumentException">The request is not valid.</exception>
    /// <exception cref="NatsJSApiException">The message does not exist (error 10037).</exception>
    /// <exception cref="NatsJSApiNoResponseException">No responders: the stream does not exist, has no leader, or does not allow direct get.</exception>
    /// <exception cref="NatsJSProtocolException">The server rejects the request.</exception>
    public static async ValueTask<NatsMsg<T>> ReadAsync<T>(
        INatsConnection connection, NatsJSOpts options, string stream, StreamMsgGetRequest request, INatsDeserialize<T>? serializer, CancellationToken cancellationToken)
    {
        NameRules.CheckStream(stream);
        ArgumentNullException.ThrowIfNull(request);
        if (request.LastBySubj is null == (request.Seq == 0 && request.NextBySubj is null))
        {
            throw new ArgumentException("Either LastBySubj, or Seq, NextBySubj or both of these must be set.", nameof(request));
        }

        string subject = new ApiSubjects(options.Prefix).DirectGet(stream);
        byte[] body = [];
        if (request is { LastBySubj: { } last, Seq: 0, NextBySubj: null } && IsPlain(last))
        {
            subject = $"{subject}.{last}"; // so that permissions can be given for it; the body must then be empty
        }
        else
        {
            body = StreamCalls.Body(request, ModelJson.Default.StreamMsgGetRequest);
        }

        NatsMsg<T> reply;
        try
        {
            reply = await connection.RequestAsync<byte[], T>(
                subject, body, requestSerializer: NatsRawSerializer<byte[]>.Default, replySerializer: serializer,
                replyOpts: new NatsSubOpts { Timeout = options.RequestTimeout }, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (NatsNoRespondersException e)
        {
            throw NoResponders(subject, e);
        }

        return reply.Headers?.Code switch
        {
            null or 0 => reply,
            503 => throw NoResponders(subject, null),
            404 => throw new NatsJSApiException(new ApiError { Code = 404, ErrCode = (int)NatsJSErrorCode.MessageNotFound, Description = "no message found" }),
            _ => throw Refusal(reply.Headers),
        };
    }

    /// <summary>Creates the exception of a status that is not about a missing message.</summary>
    public static NatsJSException Refusal(NatsHeaders status) => status.Code == RequiredLevel
        ? new NatsJSFeatureNotSupportedException($"the direct get: it answered with the status {status.Code} {status.MessageText}", "Nats-Required-Api-Level")
        : new NatsJSProtocolException(
            $"The server rejected the direct get with the status {status.Code} {status.MessageText}{Meaning(status.Code)}.", status.Code, status.Message, status.MessageText);

    private static string Meaning(int code) => code switch
    {
        BadRequest => ": it does not support this combination of fields",
        TooManyResults => ": more subjects match than one request may return",
        _ => "",
    };

    private static NatsJSApiNoResponseException NoResponders(string subject, Exception? inner) => new(
        $"No responders on {subject}: the stream does not exist, has no up-to-date replica, or does not allow direct get.",
        NatsSubEndReason.None, NatsOutcome.Rejected, inner);

    private static bool IsPlain(string subject) => subject.Length > 0 && !subject.AsSpan().ContainsAny(s_special);
}
