using Earshot.Outbound;

namespace Earshot.Connections;

/// <summary>
/// Waits for the server's answer to a PING, which says that it has processed everything written before. A flush also says whether something
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
        long baseline = uncertain.BeginFlush();
        Exception? failure = await TryPingAsync(cancellationToken).ConfigureAwait(false);
        long messages = uncertain.EndFlush(baseline, isCancelled: failure is OperationCanceledException);
        Throw(messages, failure);
    }

    /// <summary>Fails exactly when something published behind the mark is uncertain.</summary>
    public async ValueTask FlushAsync(NatsPublishMark mark, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        UncertainPublishes uncertain = parts.Outbound.Uncertain;
        Exception? failure = await TryPingAsync(cancellationToken).ConfigureAwait(false);
        Throw(failure is OperationCanceledException ? 0 : uncertain.Behind(mark), failure);
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

    private static void Throw(long messages, Exception? failure)
    {
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
