namespace Earshot.Simulation.Workload;

/// <summary>A listener that blocks, throws, and calls the connection. Nothing of that may disturb the connection or other listeners.</summary>
internal sealed class DisturbingListener(ClientContext context, Calls calls) : INatsConnectionListener
{
    public ValueTask OnEventAsync(NatsConnectionEvent e, CancellationToken ct) => context.Chance.Below(40) switch
    {
        0 => new ValueTask(Task.Delay(TimeSpan.FromSeconds(3), context.Clock, ct)),
        1 => throw new InvalidOperationException("The listener failed."),
        2 => new ValueTask(calls.PublishAsync(1)),
        3 => new ValueTask(calls.PingAsync()),
        _ => default,
    };
}
