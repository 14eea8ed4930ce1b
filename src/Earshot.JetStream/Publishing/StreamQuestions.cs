using System.Text;
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

    /// <summary>Reads the last message of the subject, and reports to the publish whether it is its own.</summary>
    public static async Task LookUpAsync(PublishEngine engine, PublishWaiter waiter, uint generation, PubAckResponse? refusal)
    {
        PublishMessage message = waiter.Message;
        (string Stream, ulong Sequence)? found = refusal?.Stream is { Length: > 0 } stream && message.MsgId is { } id
            ? await FindOursAsync(message.Context, stream, Stored(message), id).ConfigureAwait(false) : null;
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

    /// <summary>Reads the last message of the subject from the leader. Returns its sequence when it has this message id, otherwise 0.</summary>
    /// <returns>Null when it could not be read.</returns>
    private static async Task<(string Stream, ulong Sequence)?> FindOursAsync(ContextParts parts, string stream, string subject, string msgId)
    {
        try
        {
            StoredMessage message = (await new StreamCalls(parts).MessageAsync(stream, new StreamMsgGetRequest { LastBySubj = subject }, default).ConfigureAwait(false)).Message;
            return (stream, message.Hdrs is not null && MsgIdOf(message.Hdrs) == msgId ? message.Seq : 0);
        }
        catch (NatsJSApiException e) when (e.Is(NatsJSErrorCode.MessageNotFound))
        {
            return (stream, 0);
        }
        catch (Exception e) when (e is NatsException or ArgumentException or OperationCanceledException)
        {
            return null;
        }
    }

    // A key-value store in a domain publishes to the prefix of its API and the subject; the stream stores the subject.
    private static string Stored(in PublishMessage message)
    {
        string prefix = message.Context.Options.Prefix;
        return message.Subject.Length > prefix.Length + 1 && message.Subject[prefix.Length] == '.' && message.Subject.StartsWith(prefix, StringComparison.Ordinal)
            ? message.Subject[(prefix.Length + 1)..] : message.Subject;
    }

    // The last value counts: the header of an earlier stream may precede it.
    private static string? MsgIdOf(string headers)
    {
        string name = PublishLines.MsgId + ":";
        return Encoding.UTF8.GetString(Convert.FromBase64String(headers)).Split("\r\n")
            .LastOrDefault(line => line.StartsWith(name, StringComparison.OrdinalIgnoreCase))?[name.Length..].Trim();
    }
}
