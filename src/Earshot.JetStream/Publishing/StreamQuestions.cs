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
        if (await HasNoStreamAsync(message.Context, Stored(message)).ConfigureAwait(false))
        {
            engine.Take(waiter, generation, PublishInputKind.NoStream);
        }
    }

    /// <summary>Looks the message of a publish up in the stream that rejected it, and reports to the publish whether it is stored.</summary>
    public static async Task LookUpAsync(PublishEngine engine, PublishWaiter waiter, uint generation, PubAckResponse? refusal)
    {
        PublishMessage message = waiter.Message;
        (PublishInputKind kind, ulong sequence) = refusal?.Stream is { Length: > 0 } stream && message.MsgId is not null
            ? await PublishLookUp.FindAsync(message, stream, Stored(message)).ConfigureAwait(false) : (PublishInputKind.NotFoundOut, 0);
        PubAckResponse? result = kind == PublishInputKind.FoundOurs ? new PubAckResponse { Stream = refusal!.Stream, Domain = refusal.Domain, Seq = sequence } : refusal;
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

    // A key-value store in a domain publishes to the prefix of its API and the subject; the stream stores the subject.
    private static string Stored(in PublishMessage message)
    {
        string prefix = message.Context.Options.Prefix;
        return message.Subject.Length > prefix.Length + 1 && message.Subject[prefix.Length] == '.' && message.Subject.StartsWith(prefix, StringComparison.Ordinal)
            ? message.Subject[(prefix.Length + 1)..] : message.Subject;
    }
}
