using System.Buffers;

namespace Earshot.JetStream.Requests;

/// <summary>
/// Reads one message at any replica or mirror, without JSON around it (ADR-31). A replica may be behind: on a stream with three of them a
/// read right after the ack of a publish can miss it.
/// </summary>
internal static class DirectGet
{
    private static readonly SearchValues<char> s_special = SearchValues.Create(" \t\r\n*>");

    /// <exception cref="NatsJSApiException">There is no such message (error 10037).</exception>
    /// <exception cref="NatsJSApiNoResponseException">No one answers: no such stream, no leader, or it does not allow direct get.</exception>
    /// <exception cref="NatsJSProtocolException">The server refuses the request.</exception>
    public static async ValueTask<NatsMsg<T>> ReadAsync<T>(
        INatsConnection connection, NatsJSOpts options, string stream, StreamMsgGetRequest request, INatsDeserialize<T>? serializer, CancellationToken cancellationToken)
    {
        NameRules.CheckStream(stream);
        ArgumentNullException.ThrowIfNull(request);
        string subject = new ApiSubjects(options.Prefix).DirectGet(stream);
        byte[] body = [];
        if (request is { LastBySubj: { } last, Seq: 0, NextBySubj: null } && IsPlain(last))
        {
            subject = $"{subject}.{last}"; // so that permissions can be given for it; the body must be empty then
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
            throw NobodyAnswers(subject, e);
        }

        return reply.Headers?.Code switch
        {
            null or 0 => reply,
            503 => throw NobodyAnswers(subject, null),
            404 => throw new NatsJSApiException(new ApiError { Code = 404, ErrCode = (int)NatsJSErrorCode.MessageNotFound, Description = "no message found" }),
            { } code => throw new NatsJSProtocolException(code, reply.Headers.Message, reply.Headers.MessageText),
        };
    }

    private static NatsJSApiNoResponseException NobodyAnswers(string subject, Exception? inner) => new(
        $"No one answers {subject}: there is no such stream, it has no replica that is up to date, or it does not allow direct get.",
        NatsSubEndReason.None, NatsOutcome.Rejected, inner);

    private static bool IsPlain(string subject) => subject.Length > 0 && !subject.AsSpan().ContainsAny(s_special);
}
