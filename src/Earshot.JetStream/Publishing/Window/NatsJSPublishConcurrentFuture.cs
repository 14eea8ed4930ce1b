namespace Earshot.JetStream;

/// <summary>A publish in flight, whose ack can be awaited later.</summary>
public readonly struct NatsJSPublishConcurrentFuture : IAsyncDisposable
{
    private readonly Task<PubAckResponse>? _outcome;

    internal NatsJSPublishConcurrentFuture(Task<PubAckResponse> outcome)
    {
        _outcome = outcome;
        outcome.ContinueWith(static failed => _ = failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Waits for the outcome of the publish. Throws the exceptions of <see cref="INatsJSContext.PublishAsync"/>.</summary>
    /// <param name="cancellationToken">Cancels waiting; the publish continues.</param>
    /// <returns>The ack of the stream.</returns>
    /// <exception cref="InvalidOperationException">The value was not created by a publish.</exception>
    public ValueTask<PubAckResponse> GetResponseAsync(CancellationToken cancellationToken = default) =>
        _outcome is null ? throw new InvalidOperationException("The value was not created by a publish.") : new ValueTask<PubAckResponse>(_outcome.WaitAsync(cancellationToken));

    /// <summary>Does nothing: the publish continues, and the journal of the connection reports an unknown outcome.</summary>
    /// <returns>A completed task.</returns>
    public ValueTask DisposeAsync() => default;
}
