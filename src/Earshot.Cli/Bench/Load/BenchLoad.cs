using Earshot.Cli.Connecting;

namespace Earshot.Cli.Bench;

/// <summary>A kind of load: what each client does over and over.</summary>
internal abstract class BenchLoad(BenchPlan plan)
{
    protected BenchPlan Plan { get; } = plan;

    /// <summary>Whether the latency of each message is measured.</summary>
    internal virtual bool HasLatencies => false;

    /// <summary>The number of messages that all clients will have; null when only the time ends the measurement.</summary>
    internal virtual long? Goal => Plan.Messages;

    /// <summary>A hint for the user when a client is ready; null for none.</summary>
    internal virtual string? ReadyHint => null;

    /// <summary>Makes a client ready, before the measurement begins.</summary>
    internal virtual Task GetReadyAsync(BenchClient client, ToolConnection connection, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Prepares what all clients need.</summary>
    internal virtual Task PrepareAsync(ToolConnection connection, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs one client until it has its messages, or until the token ends the measurement.</summary>
    internal abstract Task RunAsync(BenchClient client, ToolConnection connection, CancellationTokenSource stop);

    /// <summary>Removes what was prepared.</summary>
    internal virtual Task CleanUpAsync(ToolConnection connection) => Task.CompletedTask;

    /// <summary>Returns a payload of the planned size.</summary>
    protected byte[] Payload()
    {
        byte[] payload = new byte[Plan.Size];
        payload.AsSpan().Fill((byte)'x');
        return payload;
    }
}
