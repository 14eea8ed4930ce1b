using System.Globalization;
using Earshot.JetStream;
using Earshot.ObjectStore.Buckets;

namespace Earshot.ObjectStore.Chunks;

/// <summary>The chunks of one object that a bucket stores: reads which there are and in which order, and removes those in a wrong place.</summary>
internal sealed class StoredChunks(StoreSite site, string nuid)
{
    // After it a put fails: readers must not see an object that may be damaged.
    private static readonly TimeSpan s_review = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    /// <summary>The id under which the chunks are stored.</summary>
    public string Nuid => nuid;

    /// <summary>The subject of the chunks.</summary>
    public string Subject { get; } = site.Chunks(nuid);

    /// <summary>Removes the message of this sequence when it is a chunk of the object.</summary>
    public async ValueTask RemoveAsync(ulong sequence, CancellationToken cancellationToken)
    {
        // Read first: after a loss of messages the sequence can be that of another object.
        if (!await ExistsAsync(sequence, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            // Erased: a removal that a crash of the server could undo would bring the chunk back.
            await site.Context.DeleteMessageAsync(site.Stream, new StreamMsgDeleteRequest { Seq = sequence }, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsException)
        {
            if (await ExistsAsync(sequence, cancellationToken).ConfigureAwait(false))
            {
                throw;
            }
        }
    }

    /// <summary>
    /// Reads the message ids of all stored chunks, and removes copies that are in a wrong place. A chunk that was sent more than once can be
    /// stored twice, or be lost, when leaders change; the acks do not show it.
    /// </summary>
    /// <param name="count">The number of chunks that were acknowledged.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NatsObjException">Chunks are missing or not in their order, or it cannot be found out.</exception>
    public async ValueTask ReviewAsync(long count, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(s_review, site.Port.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            while (!await IsCompleteAsync(count, either.Token).ConfigureAwait(false))
            {
                await site.Port.DelayAsync(s_pause, either.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested && e is OperationCanceledException or NatsException)
        {
            throw new NatsObjException($"The object was not written: whether the bucket '{site.Bucket}' has all its chunks in their order could not be found out.", e);
        }
    }

    // False when it is not known yet.
    private async ValueTask<bool> IsCompleteAsync(long count, CancellationToken cancellationToken)
    {
        try
        {
            var order = new ChunkOrder();
            if (!await site.ReadIds(Subject, (sequence, id) => order.Add(sequence, NumberOf(id)), cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            if (order.Count < count)
            {
                // The consumer can be on a replica that does not have the last chunks yet. The leader has all of them.
                return await CountAsync(cancellationToken).ConfigureAwait(false) - order.Misplaced.Count >= count ? false
                    : throw new NatsObjException($"The object was not written: the bucket '{site.Bucket}' has lost chunks of it that were acknowledged.");
            }

            foreach (ulong sequence in order.Misplaced)
            {
                await RemoveAsync(sequence, cancellationToken).ConfigureAwait(false);
            }

            return order.Misplaced.Count == 0;
        }
        catch (NatsException e) when (e is not NatsObjException)
        {
            return false; // there is no leader
        }
    }

    // The id of a chunk is that of its object, its number, and how often it was sent with another id.
    private long NumberOf(string? id) =>
        id?.Split('-') is [var owner, var number, ..] && owner == nuid && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long known) ? known : -1;

    private async ValueTask<long> CountAsync(CancellationToken cancellationToken)
    {
        INatsJSStream stream = await site.Context.GetStreamAsync(site.Stream, new StreamInfoRequest { SubjectsFilter = Subject }, cancellationToken).ConfigureAwait(false);
        return stream.Info.State.Subjects?.TryGetValue(Subject, out long known) == true ? known : 0;
    }

    private async ValueTask<bool> ExistsAsync(ulong sequence, CancellationToken cancellationToken)
    {
        try
        {
            StreamMsgGetResponse found = await site.Port.MessageAsync(site.Stream, new StreamMsgGetRequest { Seq = sequence }, cancellationToken).ConfigureAwait(false);
            return found.Message.Subject == Subject;
        }
        catch (NatsJSApiException e) when (e.Is(NatsJSErrorCode.MessageNotFound))
        {
            return false;
        }
    }
}
