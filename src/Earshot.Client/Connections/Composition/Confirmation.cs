using Earshot.Outbound;

namespace Earshot.Connections;

/// <summary>
/// Waits for the PONG of a PING, which confirms that the server has processed everything written before. A flush also reports whether something
/// published before was lost with an earlier session; a ping never does, and takes nothing of that away from the next flush.
/// </summary>
internal readonly struct Confirmation(ConnectionComposition parts, NatsOpts opts)
{
    public async ValueTask<TimeSpan> PingAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await parts.Availability.EnsureConnectedAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            PingWaiter? ping = parts.Pings.Send(inline: true);
            try
            {
                if (ping is not null)
                {
                    return await ping.Task.WaitAsync(opts.CommandTimeout, opts.TimeProvider, cancellationToken).ConfigureAwait(false);
                }

                await parts.Loop.NextSessionAsync(opts.CommandTimeout, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                throw new NatsTimeoutException($"No PONG within NatsOpts.CommandTimeout ({opts.CommandTimeout}).", ping is null ? NatsOutcome.NotSent : NatsOutcome.Unknown);
            }
        }
    }

    /// <summary>Fails for the gaps that no flush has failed for yet.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        UncertainPublishes uncertain = parts.Outbound.Uncertain;
        (long Number, long Baseline) flush = uncertain.BeginFlush();
        (long Number, long Baseline) tooLarge = uncertain.TooLarge.BeginFlush();
        Exception? failure = await TryPingAsync(cancellationToken).ConfigureAwait(false);
        bool isCancelled = failure is OperationCanceledException;
        long messages = uncertain.EndFlush(flush, isCancelled);
        Throw(messages, uncertain.TooLarge.EndFlush(tooLarge, isCancelled), failure);
    }

    /// <summary>Fails exactly when something published behind the mark is uncertain.</summary>
    public async ValueTask FlushAsync(NatsPublishMark mark, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        UncertainPublishes uncertain = parts.Outbound.Uncertain;
        Exception? failure = await TryPingAsync(cancellationToken).ConfigureAwait(false);
        if (failure is OperationCanceledException)
        {
            Throw(0, 0, failure);
        }

        Throw(uncertain.Behind(mark), uncertain.TooLarge.Behind(mark.Number, mark.TooLarge), failure);
    }

    private async Task<Exception?> TryPingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PingAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private void Throw(long messages, long tooLarge, Exception? failure)
    {
        if (tooLarge > 0)
        {
            failure = NatsPayloadTooLargeException.Dropped(tooLarge, parts.Outbound.MaxPayload, failure);
        }

        if (messages > 0)
        {
            throw new NatsUncertainPublishException(messages, failure);
        }

        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }
}
