namespace Earshot.Cli.Demo;

/// <summary>A second subscription to the steady messages, with a small queue, that stops reading and starts again.</summary>
internal sealed class SlowReader(NatsConnection client)
{
    internal const int Limit = 50;

    private INatsSub<long>? _subscription;

    internal bool Is(INatsSub subscription) => subscription.Sid == _subscription?.Sid;

    /// <summary>Subscribes and reads nothing: the steady messages fill the queue.</summary>
    internal async Task PauseReadingAsync(CancellationToken cancellationToken) => _subscription = await client
        .SubscribeCoreAsync<long>(Traffic.Ticks, opts: new NatsSubOpts { PendingMessagesLimit = Limit }, cancellationToken: cancellationToken)
        .ConfigureAwait(false);

    /// <summary>Reads what waits and unsubscribes.</summary>
    internal async Task ResumeReadingAsync(CancellationToken cancellationToken)
    {
        while (_subscription!.Msgs.TryRead(out _))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        await _subscription.DisposeAsync().ConfigureAwait(false);
    }
}
