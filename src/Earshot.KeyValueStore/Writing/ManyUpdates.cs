using Earshot.JetStream;
using Earshot.JetStream.Context;
using Earshot.KeyValueStore.Buckets;
using Earshot.KeyValueStore.Reading;

namespace Earshot.KeyValueStore.Writing;

/// <summary>
/// Changes several keys together, with an atomic batch. Repeats it while the server rejects it temporarily, finds the keys that do not have
/// the expected revisions, and the revisions of an update whose ack was lost.
/// </summary>
internal sealed class ManyUpdates(BucketRoutes routes, EntryWriter writer)
{
    // More are needed only while others create and delete the same keys.
    private const int MostAttemptsToCreate = 10;

    private static readonly NatsJSBatchFlowControl s_flow = new();
    private static readonly TimeSpan s_shortestDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestLookUp = TimeSpan.FromSeconds(2); // the time of the publishes is over

    private readonly LastEntries _last = new(routes);

    /// <summary>Executes changes that were checked.</summary>
    /// <returns>The revisions, in the order of the changes; or the exception.</returns>
    public async ValueTask<NatsResult<IReadOnlyList<ulong>>> UpdateAsync<T>(List<NatsKVChange<T>> changes, INatsSerialize<T>? serializer, CancellationToken cancellationToken)
    {
        UpdateItem[] items = UpdateItems.Of(routes, changes, serializer, cancellationToken);
        try
        {
            TimeSpan ttl = items.Select(item => item.Ttl).FirstOrDefault(one => one != TimeSpan.Zero);
            return await writer.CheckAsync(new WriteTerms(null, ttl), cancellationToken).ConfigureAwait(false) is { } refusal
                ? refusal
                : new NatsResult<IReadOnlyList<ulong>>(await RunAsync(items, cancellationToken).ConfigureAwait(false));
        }
        catch (NatsException e)
        {
            return e;
        }
    }

    private async Task<ulong[]> RunAsync(UpdateItem[] items, CancellationToken cancellationToken)
    {
        long started = routes.Port.Time.GetTimestamp();
        int creations = 0;
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return await CommitAsync(items, cancellationToken).ConfigureAwait(false);
            }
            catch (NatsJSApiException e) when (EntryWriter.IsWrongRevision(e.Error))
            {
                if (await ResolveAsync(items, e.Error, isLast: ++creations == MostAttemptsToCreate, cancellationToken).ConfigureAwait(false) is { } stored)
                {
                    return stored;
                }
            }
            catch (NatsJSApiException e) when (attempt > 0 && JetStreamPort.IsKnownBatch(e.Error))
            {
                return await FindAsync(items, cancellationToken).ConfigureAwait(false) ?? new ulong[items.Length];
            }
            catch (NatsJSBatchException e) when (e.Outcome == NatsOutcome.Unknown)
            {
                if (await FindAsync(items, cancellationToken).ConfigureAwait(false) is { } stored)
                {
                    return stored;
                }

                throw;
            }
            catch (NatsException e) when (JetStreamPort.IsRefusedForNow(e) && HasTime(started, DelayAfter(attempt)))
            {
                await routes.Port.DelayAsync(DelayAfter(attempt) * (0.8 + (0.4 * routes.Port.Random.NextDouble())), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private bool HasTime(long started, TimeSpan delay) =>
        routes.Port.Options.PublishTimeout is var limit && (limit == Timeout.InfiniteTimeSpan || routes.Port.Time.GetElapsedTime(started) + delay < limit);

    private static TimeSpan DelayAfter(int attempt) => attempt > 4 ? s_longestDelay : s_shortestDelay * (1 << attempt);

    private async Task<ulong[]> CommitAsync(UpdateItem[] items, CancellationToken cancellationToken)
    {
        NatsJSBatchPublisher batch = await CreateAsync(cancellationToken).ConfigureAwait(false);
        await using (batch.ConfigureAwait(false))
        {
            foreach (UpdateItem item in items.SkipLast(1))
            {
                await batch.AddAsync(routes.Written(item.Key), item.Payload, NatsRawSerializer<ReadOnlyMemory<byte>>.Default, item.Opts, item.Headers, cancellationToken).ConfigureAwait(false);
            }

            UpdateItem last = items[^1];
            NatsJSBatchAck ack = await batch.CommitAsync(
                routes.Written(last.Key), last.Payload, NatsRawSerializer<ReadOnlyMemory<byte>>.Default, last.Opts, last.Headers, cancellationToken).ConfigureAwait(false);
            return ack.Sequence > 0
                ? Consecutive(ack.Sequence + 1 - (ulong)items.Length, items.Length)
                : await FindAsync(items, cancellationToken).ConfigureAwait(false) ?? new ulong[items.Length];
        }
    }

    private async ValueTask<NatsJSBatchPublisher> CreateAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await routes.Origin.CreateBatchAsync(routes.OriginStream, s_flow, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsJSFeatureNotSupportedException e) when (e.ServerLevel >= e.RequiredLevel)
        {
            throw new NatsKVException(
                $"The keys of the bucket '{routes.Bucket}' cannot be changed together: its configuration has no {nameof(NatsKVConfig.AllowAtomic)}. Nothing was written.", e);
        }
    }

    /// <summary>Finds out why a key did not have the expected revision.</summary>
    /// <returns>The revisions when the update is stored nevertheless; null when it can be tried again with other expected revisions.</returns>
    /// <exception cref="NatsKVUpdateManyException">The update is rejected.</exception>
    private async Task<ulong[]?> ResolveAsync(UpdateItem[] items, ApiError error, bool isLast, CancellationToken cancellationToken)
    {
        StoredMessage?[] entries;
        try
        {
            entries = await _last.ReadAsync(items.Select(item => item.Key), cancellationToken).ConfigureAwait(false);
        }
        catch (NatsException e)
        {
            throw new NatsKVUpdateManyException(error, [], e);
        }

        if (RevisionsOf(items, entries) is { } stored)
        {
            return stored;
        }

        NatsKVConflict[] conflicts = [.. items.Zip(entries).Where(pair => IsConflict(pair.First, pair.Second)).Select(pair => ConflictOf(pair.First, pair.Second))];
        (UpdateItem Item, ulong Revision)[] deleted =
            [.. items.Zip(entries, static (item, entry) => (Item: item, Revision: entry?.Seq ?? 0)).Where(pair => pair.Item.MustNotExist && pair.Item.Expected != pair.Revision)];
        if (conflicts.Length > 0 || deleted.Length == 0 || isLast)
        {
            throw new NatsKVUpdateManyException(error, conflicts.Length > 0 || deleted.Length == 0 ? conflicts : [.. deleted.Select(pair => new NatsKVConflict(pair.Item.Key, null, pair.Revision))]);
        }

        Array.ForEach(deleted, static pair => pair.Item.Expected = pair.Revision);
        return null;
    }

    // The ids of the entries prove that the update is stored, not that it is not: other writers may have replaced all of them.
    private async Task<ulong[]?> FindAsync(UpdateItem[] items, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(s_longestLookUp, routes.Port.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return RevisionsOf(items, await _last.ReadAsync(items.Select(item => item.Key), either.Token).ConfigureAwait(false));
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static bool IsConflict(UpdateItem item, StoredMessage? entry) => item.MustNotExist
        ? entry is not null && StoredEntries.OperationOf(entry) == NatsKVOperation.Put
        : item.Expected is { } expected && expected != (entry?.Seq ?? 0);

    private static NatsKVConflict ConflictOf(UpdateItem item, StoredMessage? entry) => new(item.Key, item.MustNotExist ? null : item.Expected, entry?.Seq ?? 0);

    // The messages of a batch have consecutive sequences, so that one entry that is still the last of its key is enough.
    private static ulong[]? RevisionsOf(UpdateItem[] items, StoredMessage?[] entries)
    {
        for (int i = 0; i < items.Length; i++)
        {
            if (entries[i] is { } entry && StoredEntries.MsgIdOf(entry) == items[i].MsgId)
            {
                return Consecutive(entry.Seq - (ulong)i, items.Length);
            }
        }

        return null;
    }

    private static ulong[] Consecutive(ulong first, int count) => [.. Enumerable.Range(0, count).Select(i => first + (ulong)i)];
}
