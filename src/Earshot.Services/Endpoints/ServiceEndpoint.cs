namespace Earshot.Services.Endpoints;

/// <summary>An endpoint without the type of its requests, from its start to its end.</summary>
internal abstract class ServiceEndpoint(RunningService service, EndpointPlan plan) : INatsSvcEndpoint
{
    private readonly EndpointStatistics _statistics = new();
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RequestReader[] _readers = [];
    private Task? _unsubscribing;

    public long Requests => _statistics.Read().Requests;

    public long ProcessingTime => _statistics.Read().Nanoseconds;

    public long Errors => _statistics.Read().Errors;

    public string? LastError => _statistics.Read().LastError;

    public long AverageProcessingTime => _statistics.Read() is { Requests: > 0 } counts ? counts.Nanoseconds / counts.Requests : 0;

    public IDictionary<string, string>? Metadata => plan.Metadata is null ? null : new Dictionary<string, string>(plan.Metadata);

    public string Name => plan.Name;

    public string Subject => plan.Subject;

    public string? QueueGroup => plan.QueueGroup;

    /// <summary>The subscription; null until the server has accepted it.</summary>
    public abstract INatsSub? Subscription { get; }

    /// <summary>Why the subscription has ended; none while it has not.</summary>
    public abstract (NatsSubEndReason Reason, Exception? Exception) End { get; }

    /// <summary>Completes when no request is processed and none can arrive, also when the start failed.</summary>
    public Task Ended => _ended.Task;

    /// <summary>The service ends the endpoint.</summary>
    public bool IsDraining
    {
        get
        {
            lock (_gate)
            {
                return _unsubscribing is not null;
            }
        }
    }

    protected EndpointPlan Plan => plan;

    protected RunningService Service => service;

    public void Processed(TimeSpan elapsed) => _statistics.Processed(elapsed);

    public void Failed(int code, string description) => _statistics.Failed(code, description);

    public void Reset() => _statistics.Reset();

    public (long Requests, long Errors, long Nanoseconds, string? LastError) ReadStatistics() => _statistics.Read();

    /// <summary>Subscribes, and completes when the server has accepted it.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SubscribeAsync(cancellationToken).ConfigureAwait(false);
            RequestReader[] readers = [.. Enumerable.Range(0, plan.MaxConcurrency).Select(_ => new RequestReader(service))];
            Array.ForEach(readers, reader => reader.Start(ReadAsync));
            _readers = readers;
            _ = EndAsync(Task.WhenAll(readers.Select(reader => reader.Ended)));
        }
        catch
        {
            _ended.SetResult();
            throw;
        }
        finally
        {
            _started.SetResult();
        }
    }

    /// <summary>
    /// No more requests arrive, and those that have arrived are processed. Completes then, or with the deadline; the endpoint ends
    /// nevertheless.
    /// </summary>
    /// <param name="deadline">Until when to wait.</param>
    /// <param name="caller">The handler that waits: neither for itself nor for others that wait. Null: the caller is not a handler.</param>
    public async Task DrainAsync(Deadline deadline, RequestReader? caller)
    {
        Task unsubscribed;
        lock (_gate)
        {
            unsubscribed = _unsubscribing ??= UnsubscribeWhenStartedAsync();
        }

        await deadline.WaitAsync(unsubscribed).ConfigureAwait(false);
        await deadline.WaitAsync(caller is null ? Ended : EndedForHandlerAsync(caller)).ConfigureAwait(false);
    }

    /// <summary>Completes when all requests are processed, except those whose handlers wait for the end of an endpoint.</summary>
    /// <param name="caller">The handler that waits.</param>
    public async Task EndedForHandlerAsync(RequestReader caller)
    {
        caller.BeginWait();
        await _started.Task.ConfigureAwait(false);
        await Task.WhenAll(_readers.Select(reader => reader.EndedOrWaits)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await service.RemoveAsync(this, CancellationToken.None).ConfigureAwait(false);

    /// <summary>Subscribes, and completes when the server has accepted it.</summary>
    protected abstract Task SubscribeAsync(CancellationToken cancellationToken);

    /// <summary>No more requests arrive when this completes.</summary>
    protected abstract Task UnsubscribeAsync();

    /// <summary>Processes requests until the subscription has ended.</summary>
    protected abstract Task ReadAsync(RequestReader reader);

    private async Task UnsubscribeWhenStartedAsync()
    {
        await _started.Task.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // not under the lock
        await UnsubscribeAsync().ConfigureAwait(false);
    }

    private async Task EndAsync(Task readers)
    {
        await readers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.SetResult();
    }
}
