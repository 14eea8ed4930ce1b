using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Publishing;

/// <summary>The requests that a publish makes to the server: whether a stream has its subject, and whether the stream has its message.</summary>
internal sealed class StreamQuestions
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(2);

    private volatile bool _isUnanswered;

    /// <summary>Asks whether a stream has the subject of a publish, and notifies the publish when none has.</summary>
    public async Task AskForStreamAsync(PublishEngine engine, PublishWaiter waiter, uint generation)
    {
        PublishMessage message = waiter.Message;
        if (await HasNoStreamAsync(message.Context, message.StoredSubject).ConfigureAwait(false))
        {
            engine.Take(waiter, generation, PublishInputKind.NoStream);
        }
    }

    /// <summary>Reads whether the stream has stored the message of a publish, and reports it to the publish.</summary>
    public static async Task LookUpAsync(PublishEngine engine, PublishWaiter waiter, uint generation, PubAckResponse? refusal)
    {
        PublishMessage message = waiter.Message;
        (string Stream, ulong Sequence)? found = refusal?.Stream is { Length: > 0 } stream && message.MsgId is not null
            ? await FindOursAsync(message, stream).ConfigureAwait(false) : null;
        PublishInputKind kind = found is null ? PublishInputKind.NotFoundOut : found.Value.Sequence > 0 ? PublishInputKind.FoundOurs : PublishInputKind.FoundAnother;
        PubAckResponse? result = kind == PublishInputKind.FoundOurs ? new PubAckResponse { Stream = found!.Value.Stream, Seq = found.Value.Sequence } : refusal;
        engine.Take(waiter, generation, kind, result);
    }

    /// <summary>
    /// Returns whether the server answered that no stream has the subject. When the request is not allowed or not answered, it is not repeated
    /// on this connection.
    /// </summary>
    private async Task<bool> HasNoStreamAsync(ContextParts parts, string subject)
    {
        if (_isUnanswered)
        {
            return false;
        }

        try
        {
            byte[] body = StreamCalls.Body(new StreamNamesRequest { Subject = subject }, ModelJson.Default.StreamNamesRequest);
            NatsMsg<byte[]> answer = await parts.Connection.RequestAsync<byte[], byte[]>(
                parts.Subjects.StreamNames, body, requestSerializer: NatsRawSerializer<byte[]>.Default, replySerializer: NatsRawSerializer<byte[]>.Default,
                replyOpts: new NatsSubOpts { Timeout = s_timeout }).ConfigureAwait(false);
            return answer.Data is { Length: > 0 } bytes && ApiAnswerReader.ErrorOf(bytes) is null
                && ApiAnswerReader.Read(bytes, ModelJson.Default.StreamNamesResponse).Streams is null or { Count: 0 };
        }
        catch (NatsException)
        {
            _isUnanswered = true;
            return false;
        }
    }

    /// <summary>Reads from the leader whether the stream has stored the message. Returns its sequence; 0 when it was certainly not stored.</summary>
    /// <returns>Null when it cannot be determined: it could not be read, or a later message may have replaced it.</returns>
    private static async Task<(string Stream, ulong Sequence)?> FindOursAsync(PublishMessage message, string stream)
    {
        try
        {
            StoredMessage? last = await ReadAsync(message, stream, new StreamMsgGetRequest { LastBySubj = message.StoredSubject }).ConfigureAwait(false);
            ulong? sequence = last is not null && IsOurs(message, last) ? last.Seq : await FindBeforeAsync(message, stream, last).ConfigureAwait(false);
            return sequence is { } known ? (stream, known) : null;
        }
        catch (Exception e) when (e is NatsException or ArgumentException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>
    /// The last message of the subject is another one. If ours was stored before it, ours is the first one after the expected sequence, unless it
    /// was removed since: that is excluded when the message with the expected sequence still exists, which would have been removed before it,
    /// and ours has no time to live.
    /// </summary>
    private static async Task<ulong?> FindBeforeAsync(PublishMessage message, string stream, StoredMessage? last)
    {
        if (message.Opts is { ExpectedLastSequence: { } lastOfStream })
        {
            StoredMessage? next = await ReadAsync(message, stream, new StreamMsgGetRequest { Seq = lastOfStream + 1 }).ConfigureAwait(false);
            return next is null ? null : IsOurs(message, next) ? next.Seq : 0;
        }

        if (last is null || message.Opts is not { ExpectedLastSubjectSequence: { } expected, ExpectedLastSubjectSequenceSubject: null } || last.Seq <= expected)
        {
            return null;
        }

        StoredMessage? first = last.Seq == expected + 1 ? last
            : await ReadAsync(message, stream, new StreamMsgGetRequest { Seq = expected + 1, NextBySubj = message.StoredSubject }).ConfigureAwait(false);
        if (first is null || IsOurs(message, first) || first.Seq == expected + 1)
        {
            return first is null ? null : IsOurs(message, first) ? first.Seq : 0;
        }

        bool isComplete = expected > 0 && message.Opts.Ttl is null && (await ReadAsync(message, stream, new StreamMsgGetRequest { Seq = expected }).ConfigureAwait(false))?.Subject == message.StoredSubject;
        return isComplete ? 0 : null;
    }

    private static async Task<StoredMessage?> ReadAsync(PublishMessage message, string stream, StreamMsgGetRequest request)
    {
        try
        {
            return (await new StreamCalls(message.Context).MessageAsync(stream, request, default).ConfigureAwait(false)).Message;
        }
        catch (NatsJSApiException e) when (e.Is(NatsJSErrorCode.MessageNotFound))
        {
            return null;
        }
    }

    private static bool IsOurs(in PublishMessage message, StoredMessage stored) => StoredHeaders.LastValue(stored, PublishLines.MsgId) == message.MsgId;
}
