using System.Runtime.CompilerServices;
using Earshot.ObjectStore.Buckets;
using Earshot.ObjectStore.Metadata;

namespace Earshot.ObjectStore.Watching;

/// <summary>The enumerations of watches. The consumer is deleted on every way out.</summary>
internal static class ObjectWatches
{
    /// <summary>Checks options before anything is sent.</summary>
    /// <exception cref="ArgumentException">Options are mutually exclusive.</exception>
    public static NatsObjWatchOpts Check(NatsObjWatchOpts opts) => opts is not { IncludeHistory: true, UpdatesOnly: true } ? opts
        : throw new ArgumentException($"{nameof(opts.IncludeHistory)} and {nameof(opts.UpdatesOnly)} are mutually exclusive.", nameof(opts));

    /// <summary>The information of the first objects and of changes, until the options or the token end it.</summary>
    public static async IAsyncEnumerable<ObjectMetadata> ReadAsync(
        StoreSite site, MetaStore metas, NatsObjWatchOpts opts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var run = new ObjectWatchRun(site, metas, opts);
        bool isSignalled = false;
        try
        {
            await run.BeginAsync(cancellationToken).ConfigureAwait(false);
            while (!cancellationToken.IsCancellationRequested && !run.IsStopping)
            {
                if (run.HaveFirstEnded && !isSignalled)
                {
                    isSignalled = true;
                    bool ends = opts.OnNoData is { } onNoData && await onNoData(cancellationToken).ConfigureAwait(false);
                    if (ends || opts.InitialSetOnly)
                    {
                        yield break;
                    }
                }

                if (await run.NextAsync(cancellationToken).ConfigureAwait(false) is { } info)
                {
                    yield return info;
                }
            }
        }
        finally
        {
            run.Abandon();
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (opts.InitialSetOnly && !run.HaveFirstEnded)
        {
            throw new NatsObjException("The objects are not complete: the connection is draining.");
        }
    }
}
