namespace Earshot.Lifecycle;

/// <summary>The application's callbacks that take part in reconnecting. User code: it runs here, off every loop.</summary>
internal sealed record LifecycleCallbacks
{
    public required Func<IReadOnlyList<NatsServer>, INatsServerInfo?, CancellationToken, ValueTask<NatsServerChoice?>>? Selector { get; init; }

    public required Func<int, CancellationToken, ValueTask<TimeSpan>>? Delay { get; init; }
}
