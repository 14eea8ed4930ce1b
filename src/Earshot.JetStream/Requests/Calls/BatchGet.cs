using System.Globalization;
using System.Runtime.CompilerServices;

namespace Earshot.JetStream.Requests;

/// <summary>Reads several messages from any replica or mirror with one request (ADR-31). A replica may be behind the leader.</summary>
internal static class BatchGet
{
    private const int Level = 1;
    private const int EndOfBatch = 204;
    private const int MostFilters = 1024;
    private const string Pending = "Nats-Num-Pending";
    private const string Last = "Nats-Last-Sequence";

    /// <exception cref="ArgumentException">The request is not valid.</exception>
    public static void Check(string stream, StreamMsgBatchGetRequest request)
    {
        NameRules.CheckStream(stream);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfNegative(request.MaxBytes, nameof(request));
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Batch, request.MultiLast is null ? 1 : 0, nameof(request));
        if (request.MultiLast is { } filters && (filters.Count is 0 or > MostFilters || request.NextBySubj is not null))
        {
            throw new ArgumentException($"MultiLast must have 1 to {MostFilters} subjects, and NextBySubj must not be set.", nameof(request));
        }

        if (request is { UpToSeq: > 0, UpToTime: not null } or { Seq: > 0, StartTime: not null }
            || (request.MultiLast is null && (request.UpToSeq > 0 || request.UpToTime is not null)))
        {
            throw new ArgumentException("Only one of Seq and StartTime, and only one of UpToSeq and UpToTime may be set; the latter require MultiLast.", nameof(request));
        }
    }

    /// <summary>Returns the messages of a valid request in the order of their sequences.</summary>
    public static async IAsyncEnumerable<NatsMsg<T>> ReadAsync<T>(
        ContextParts parts, string stream, StreamMsgBatchGetRequest request, INatsDeserialize<T>? serializer, Action<StreamMsgBatchGetEnd>? ended, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Without a lower bound the server rejects the request, other than ADR-31 says.
        bool hasStart = request.Seq > 0 || request.StartTime is not null || request.MultiLast is not null;
        StreamMsgBatchGetRequest sent = hasStart ? request : request with { Seq = 1 };
        string subject = parts.Subjects.DirectGet(stream);
        ulong last = 0;
        await foreach (NatsMsg<T> reply in AskAsync(parts, subject, sent, serializer, cancellationToken).ConfigureAwait(false))
        {
            switch (reply.Headers?.Code ?? 0)
            {
                case 0:
                    last = Follows<T>(reply, last);
                    yield return reply;
                    break;
                case EndOfBatch:
                    ended?.Invoke(new StreamMsgBatchGetEnd { NumPending = Number(reply.Headers!, Pending), LastSequence = Number(reply.Headers!, Last), UpToSequence = Number(reply.Headers!, "Nats-UpTo-Sequence") });
                    yield break;
                case 404:
                    ended?.Invoke(new StreamMsgBatchGetEnd());
                    yield break;
                default:
                    throw await RefusalAsync(parts, reply.Headers!, sent, cancellationToken).ConfigureAwait(false);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw new NatsJSApiNoResponseException($"No further response on {subject} within {parts.Options.RequestTimeout}.", NatsSubEndReason.IdleTimeout, NatsOutcome.Rejected, null);
    }

    private static async IAsyncEnumerable<NatsMsg<T>> AskAsync<T>(
        ContextParts parts, string subject, StreamMsgBatchGetRequest request, INatsDeserialize<T>? serializer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The size of the response is limited by the request, so the queue needs no limit. An empty message is a message of the stream.
        var replyOpts = new NatsSubOpts
        {
            IdleTimeout = parts.Options.RequestTimeout,
            StartUpTimeout = parts.Options.RequestTimeout,
            StopOnEmptyMsg = false,
            ThrowIfNoResponders = true,
            PendingMessagesLimit = int.MaxValue,
            PendingBytesLimit = long.MaxValue,
        };
        byte[] body = StreamCalls.Body(request, ModelJson.Default.StreamMsgBatchGetRequest);
        await using IAsyncEnumerator<NatsMsg<T>> replies = parts.Connection.RequestManyAsync<byte[], T>(
            subject, body, requestSerializer: NatsRawSerializer<byte[]>.Default, replySerializer: serializer, replyOpts: replyOpts, cancellationToken: cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await replies.MoveNextAsync().ConfigureAwait(false))
                {
                    yield break;
                }
            }
            catch (NatsNoRespondersException e)
            {
                throw new NatsJSApiNoResponseException(
                    $"No responders on {subject}: the stream does not exist, has no up-to-date replica, or does not allow direct get.", NatsSubEndReason.None, NatsOutcome.Rejected, e);
            }

            yield return replies.Current;
        }
    }

    // Each message has the sequence of the one before it, and of the first one 0. A server without batches answers with one message without it.
    private static ulong Follows<T>(in NatsMsg<T> reply, ulong last)
    {
        if (reply.Headers is not { } headers || !headers.ContainsKey(Pending))
        {
            throw new NatsJSFeatureNotSupportedException("reading several messages directly", "batch", Level, 0);
        }

        ulong before = Number(headers, Last);
        return before == last ? Number(headers, "Nats-Sequence")
            : throw new NatsJSException($"A message between the sequences {last} and {before} was lost in flight.");
    }

    private static async ValueTask<Exception> RefusalAsync(ContextParts parts, NatsHeaders status, StreamMsgBatchGetRequest request, CancellationToken cancellationToken)
    {
        if (status.Code == 408 && request.MultiLast is not null
            && (await new StreamCalls(parts).AccountAsync(cancellationToken).ConfigureAwait(false)).Api.Level < Level)
        {
            return new NatsJSFeatureNotSupportedException("reading the last messages of several subjects directly", "multi_last", Level, 0);
        }

        return DirectGet.Refusal(status);
    }

    private static ulong Number(NatsHeaders headers, string name) =>
        headers.TryGetLastValue(name, out string? text) && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : 0;
}
