namespace Earshot.JetStream;

/// <summary>A publish in flight.</summary>
public readonly struct NatsJSPublishConcurrentFuture : IAsyncDisposable
{
    private readonly Task<PubAckResponse>? _outcome;

    internal NatsJSPublishConcurrentFuture(Task<PubAckResponse> outcome)
    {
        _outcome = outcome;
        outcome.ContinueWith(static failed => _ = failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Waits for the outcome, as publishing itself does.</summary>
    /// <param name="cancellationToken">Stops waiting; the publish continues.</param>
    /// <returns>The answer of the stream.</returns>
    /// <exception cref="InvalidOperationException">The value came from no publish.</exception>
    public ValueTask<PubAckResponse> GetResponseAsync(CancellationToken cancellationToken = default) =>
        _outcome is null ? throw new InvalidOperationException("This value came from no publish.") : new ValueTask<PubAckResponse>(_outcome.WaitAsync(cancellationToken));

    /// <summary>Does nothing: the publish continues, and an unknown outcome is reported by the connection's journal.</summary>
    /// <returns>Completes immediately.</returns>
    public ValueTask DisposeAsync() => default;
}
