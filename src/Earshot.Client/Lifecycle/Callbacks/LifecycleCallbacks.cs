namespace Earshot.Lifecycle;

/// <summary>The application's callbacks that take part in choosing servers and waits. User code: it runs on the thread pool, off every loop.</summary>
internal sealed record LifecycleCallbacks
{
    public required Func<IReadOnlyList<NatsServer>, INatsServerInfo?, CancellationToken, ValueTask<NatsServerChoice?>>? Selector { get; init; }

    public required Func<int, CancellationToken, ValueTask<TimeSpan>>? Delay { get; init; }

    public required Func<string, int, bool>? Filter { get; init; }

    /// <summary>The deadline of each call.</summary>
    public required TimeSpan Timeout { get; init; }
}
