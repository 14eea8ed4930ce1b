using System.Runtime.CompilerServices;

namespace Earshot.JetStream.Consuming;

/// <summary>The messages of an ordered read: each message of the stream once and in order.</summary>
internal static class OrderedStream
{
    // Each enumeration has a run of its own, so that a second one starts again.
    public static async IAsyncEnumerable<INatsJSMsg<T>> ReadAsync<T>(Func<OrderedRun<T>> begin, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        OrderedRun<T> run = begin();
        await run.EnsureConnectedAsync(cancellationToken).ConfigureAwait(false);
        long left = run.Settings.IsSingle ? run.Settings.MaxMsgs : long.MaxValue;
        try
        {
            while (left > 0 && await NextAsync(run, left, returnsAtRestart: false, cancellationToken).ConfigureAwait(false) is { } msg)
            {
                left--;
                yield return msg;
            }
        }
        finally
        {
            run.Abandon();
        }
    }

    /// <summary>The next message; null when the read has ended, or its token is cancelled.</summary>
    /// <param name="run">The read.</param>
    /// <param name="left">The number of messages that are still to be read.</param>
    /// <param name="returnsAtRestart">Whether null is also returned when the consumer is lost, and by the next call when it was created again.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    public static async ValueTask<INatsJSMsg<T>?> NextAsync<T>(OrderedRun<T> run, long left, bool returnsAtRestart, CancellationToken cancellationToken)
    {
        bool hadConsumer = returnsAtRestart && run.Reader is not null;
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                if (run.Reader is not { } reader)
                {
                    if (run.IsStopping || hadConsumer)
                    {
                        return null;
                    }

                    await run.BeginAsync(run.Settings.IsSingle ? run.Settings with { MaxMsgs = (int)left } : run.Settings, cancellationToken).ConfigureAwait(false);
                    if (returnsAtRestart)
                    {
                        return null;
                    }

                    continue;
                }

                bool isOver = reader.Engine.Queue.IsOver;
                if (run.TryTake(out INatsJSMsg<T>? msg))
                {
                    return msg;
                }

                if (run.Reader is null)
                {
                    continue; // a gap
                }

                if (!isOver)
                {
                    await reader.Engine.Queue.WaitAsync(cancellationToken).ConfigureAwait(false);
                }
                else if (!IsDoubt(run, reader))
                {
                    return null;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // A cancelled loop ends without an exception.
        }

        return null;
    }

    private static bool IsDoubt<T>(OrderedRun<T> run, PullReader<T> reader)
    {
        if (reader.Engine.Failure() is { } failure)
        {
            throw failure;
        }

        PullEnding ending = reader.Engine.Ending;
        run.Abandon();
        if (ending == PullEnding.Stopped)
        {
            run.Stopped();
        }

        return ending == PullEnding.Doubt;
    }
}
