using System.Globalization;
using System.Runtime.CompilerServices;
using Earshot.JetStream;
using Earshot.JetStream.Context;
using Earshot.JetStream.Publishing;
using Earshot.KeyValueStore.Buckets;

namespace Earshot.KeyValueStore.Writing;

/// <summary>
/// Writes entries. Each write has a message id, so that it is sent again when its ack is missing, and a compare-and-set whose ack was lost is
/// found to have succeeded.
/// </summary>
internal sealed class EntryWriter(BucketRoutes routes)
{
    private const string OperationHeader = "KV-Operation";

    private static readonly TimeSpan s_leastTtl = TimeSpan.FromSeconds(1);
    private static readonly NatsHeaders s_delete = new() { [OperationHeader] = "DEL" };
    private static readonly NatsHeaders s_purge = new() { [OperationHeader] = "PURGE", ["Nats-Rollup"] = "sub" };

    // Short, because each write allocates its id: 71 random bits for the process, and a number. Of one length, so that what a simulated
    // process has written before changes no bytes.
    private static readonly string s_process = Nuid.NewNuid()[..12];
    private static long s_count;

    /// <summary>Writes the value of a key.</summary>
    public ValueTask<NatsResult<ulong>> PutAsync<T>(string key, T? value, INatsSerialize<T>? serializer, CancellationToken cancellationToken) =>
        WriteAsync(key, value, serializer, NatsJSPubOpts.Default, null, cancellationToken);

    /// <summary>Writes the value of a key whose last revision is this one; 0: of a key without an entry.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<NatsResult<ulong>> UpdateAsync<T>(string key, T? value, WriteTerms terms, INatsSerialize<T>? serializer, CancellationToken cancellationToken)
    {
        bool isAllowed = false;
        try
        {
            if (await CheckAsync(terms, cancellationToken).ConfigureAwait(false) is { } refusal)
            {
                return refusal;
            }

            isAllowed = true;
        }
        finally
        {
            if (!isAllowed)
            {
                JetStreamPort.Release(value);
            }
        }

        return await WriteAsync(key, value, serializer, OptsOf(terms), null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a serialized value of a key whose last revision is this one; 0: of a key without an entry.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<NatsResult<ulong>> UpdateAsync(string key, EntryPayload payload, WriteTerms terms, CancellationToken cancellationToken) =>
        await CheckAsync(terms, cancellationToken).ConfigureAwait(false) is { } refusal
            ? refusal
            : await WriteAsync(key, payload.Bytes, NatsRawSerializer<ReadOnlyMemory<byte>>.Default, OptsOf(terms), payload.Headers, cancellationToken).ConfigureAwait(false);

    /// <summary>Writes a deletion.</summary>
    public async ValueTask<NatsResult> DeleteAsync(string key, bool isPurge, WriteTerms terms, CancellationToken cancellationToken)
    {
        if (await CheckAsync(terms, cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        NatsResult<ulong> result = await WriteAsync<byte[]>(
            key, null, NatsRawSerializer<byte[]>.Default, OptsOf(terms), HeadersOf(isPurge ? NatsKVOperation.Purge : NatsKVOperation.Del), cancellationToken).ConfigureAwait(false);
        return result.Success ? NatsResult.Default : result.Error;
    }

    /// <summary>Returns the headers of a deletion, which must not be modified.</summary>
    public static NatsHeaders HeadersOf(NatsKVOperation operation) => operation == NatsKVOperation.Purge ? s_purge : s_delete;

    /// <summary>Returns the next message id of the process.</summary>
    public static string NextId() => string.Create(CultureInfo.InvariantCulture, $"{s_process}-{Interlocked.Increment(ref s_count):D7}");

    /// <summary>Returns whether a write was rejected because the last revision of the key is not the expected one.</summary>
    public static bool IsWrongRevision(ApiError error) => (NatsJSErrorCode)error.ErrCode is NatsJSErrorCode.StreamWrongLastSequence or NatsJSErrorCode.StreamWrongLastSequenceConstant;

    /// <exception cref="ArgumentException">The time to live is too short or not in whole milliseconds.</exception>
    public static void CheckTtl(TimeSpan ttl)
    {
        if (ttl != TimeSpan.Zero && ttl != Timeout.InfiniteTimeSpan && (ttl < s_leastTtl || ttl.Ticks % TimeSpan.TicksPerMillisecond != 0))
        {
            throw new ArgumentException($"The time to live of an entry, {ttl}, must be at least {s_leastTtl} and whole milliseconds.", nameof(ttl));
        }
    }

    private static NatsJSPubOpts OptsOf(in WriteTerms terms) => terms == default
        ? NatsJSPubOpts.Default
        : new NatsJSPubOpts { ExpectedLastSubjectSequence = terms.Revision, Ttl = terms.Ttl > TimeSpan.Zero || terms.Ttl == Timeout.InfiniteTimeSpan ? terms.Ttl : null };

    private static NatsException Fault(ApiError error) => IsWrongRevision(error)
        ? new NatsKVWrongLastRevisionException(error)
        : JetStreamPort.Fault(error);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<NatsResult<ulong>> WriteAsync<T>(
        string key, T? value, INatsSerialize<T>? serializer, NatsJSPubOpts opts, NatsHeaders? headers, CancellationToken cancellationToken)
    {
        try
        {
            var write = new StoreWrite<T>(routes.Written(key), value, serializer, opts, headers, NextId());
            PubAckResponse ack = await routes.Origin.PublishAsync(write, cancellationToken).ConfigureAwait(false);
            return ack.Error is { } error ? Fault(error) : ack.Seq;
        }
        catch (NatsException e)
        {
            return e;
        }
    }

    /// <summary>
    /// Returns why a write with these terms cannot be made; null when it can. A server before 2.11 stores an entry with a time to live, and it
    /// never expires.
    /// </summary>
    /// <exception cref="ArgumentException">The time to live is too short or not in whole milliseconds.</exception>
    public async ValueTask<NatsException?> CheckAsync(WriteTerms terms, CancellationToken cancellationToken)
    {
        CheckTtl(terms.Ttl);
        if (terms.Ttl == TimeSpan.Zero || routes.Config.AllowMsgTTL)
        {
            return null;
        }

        try
        {
            StreamInfo info = await routes.Origin.StreamAsync(routes.OriginStream, cancellationToken).ConfigureAwait(false);
            if (info.Config.AllowMsgTTL)
            {
                return null;
            }
        }
        catch (NatsException e)
        {
            return e;
        }

        return new NatsKVException($"The entries of the bucket '{routes.Bucket}' cannot have a time to live: its configuration has no {nameof(NatsKVConfig.LimitMarkerTTL)}.");
    }
}
