using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Earshot.JetStream;
using Earshot.JetStream.Context;
using Earshot.KeyValueStore.Buckets;
using Earshot.KeyValueStore.Entries;

namespace Earshot.KeyValueStore.Reading;

/// <summary>
/// Reads single entries: from any replica, or from the leader where the bucket does not allow that. A missing entry and a deletion are
/// results, not exceptions.
/// </summary>
internal sealed class EntryReader(BucketRoutes routes)
{
    private const int NotFound = 404;

    /// <summary>Reads the last entry of a key, or the one with exactly this revision.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<NatsResult<NatsKVEntry<T>>> ReadAsync<T>(string key, ulong revision, INatsDeserialize<T>? serializer, CancellationToken cancellationToken)
    {
        try
        {
            if (routes.Config.AllowDirect)
            {
                NatsMsg<T> reply = await DirectAsync(key, revision, serializer, cancellationToken).ConfigureAwait(false);
                bool isAnswer = Unwrap(key, reply, out NatsResult<NatsKVEntry<T>> entry);
                if (!entry.Success)
                {
                    JetStreamPort.Release(reply.Data);
                }

                if (isAnswer)
                {
                    return entry;
                }
            }
        }
        catch (Exception e) when (e is NatsNoRespondersException or NatsNoReplyException)
        {
            // The bucket may have been changed or deleted, or no replica is up to date: the leader knows.
        }
        catch (NatsException e)
        {
            return e;
        }

        return await LeaderAsync(key, revision, serializer, cancellationToken).ConfigureAwait(false);
    }

    private static byte[] BySequence(ulong revision) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"seq":{{revision}}}"""));

    private ValueTask<NatsMsg<T>> DirectAsync<T>(string key, ulong revision, INatsDeserialize<T>? serializer, CancellationToken cancellationToken) => revision == 0
        ? routes.Port.DirectAsync(routes.Direct(key), [], serializer, cancellationToken)
        : routes.Port.DirectAsync(routes.DirectBySequence, BySequence(revision), serializer, cancellationToken);

    // False when the leader must be asked: no replica that is up to date.
    private bool Unwrap<T>(string key, in NatsMsg<T> reply, out NatsResult<NatsKVEntry<T>> result)
    {
        var headers = EntryHeaders.Read(JetStreamPort.BlockOf(reply.Headers));
        if (headers.Status != 0 || headers.Sequence == 0)
        {
            result = headers.Status == NotFound ? NatsKVKeyNotFoundException.Default
                : new NatsJSProtocolException(headers.Status, reply.Headers?.Message ?? NatsHeaders.Messages.Text, reply.Headers?.MessageText ?? "");
            return headers.Status != (int)System.Net.HttpStatusCode.ServiceUnavailable;
        }

        result = !IsOf(key, headers.Subject) ? NatsKVKeyNotFoundException.Default
            : headers.Operation != NatsKVOperation.Put ? new NatsKVKeyDeletedException(headers.Sequence)
            : new NatsKVEntry<T>(routes.Bucket, key)
            {
                Value = reply.Data,
                Revision = headers.Sequence,
                Created = headers.Time,
                Error = reply.Error,
            };
        return true;
    }

    // A read by revision finds the entry of any key.
    private bool IsOf(string key, ReadOnlySpan<byte> subject)
    {
        string prefix = routes.Subjects;
        return subject.Length == prefix.Length + key.Length && Ascii.Equals(subject[..prefix.Length], prefix) && Ascii.Equals(subject[prefix.Length..], key);
    }

    private async ValueTask<NatsResult<NatsKVEntry<T>>> LeaderAsync<T>(string key, ulong revision, INatsDeserialize<T>? serializer, CancellationToken cancellationToken)
    {
        try
        {
            StreamMsgGetRequest request = revision == 0 ? new StreamMsgGetRequest { LastBySubj = routes.Subjects + key } : new StreamMsgGetRequest { Seq = revision };
            StoredMessage message = (await routes.Port.MessageAsync(routes.Stream, request, cancellationToken).ConfigureAwait(false)).Message;
            if (message.Subject != routes.Subjects + key)
            {
                return NatsKVKeyNotFoundException.Default;
            }

            if (StoredEntries.OperationOf(message) != NatsKVOperation.Put)
            {
                return new NatsKVKeyDeletedException(message.Seq);
            }

            T? value = Decode(message.Data, serializer, out NatsException? error);
            return new NatsKVEntry<T>(routes.Bucket, key) { Value = value, Revision = message.Seq, Created = message.Time, Error = error };
        }
        catch (NatsJSApiException e) when (e.Is(NatsJSErrorCode.MessageNotFound))
        {
            return NatsKVKeyNotFoundException.Default;
        }
        catch (NatsException e)
        {
            return e;
        }
    }

    private T? Decode<T>(ReadOnlyMemory<byte> payload, INatsDeserialize<T>? serializer, out NatsException? error)
    {
        error = null;
        try
        {
            return (serializer ?? routes.Context.Connection.Opts.SerializerRegistry.GetDeserializer<T>()).Deserialize(new ReadOnlySequence<byte>(payload));
        }
        catch (Exception e)
        {
            error = new NatsDeserializeException(payload.ToArray(), e);
            return default;
        }
    }
}
