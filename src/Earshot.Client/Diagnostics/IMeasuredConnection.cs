namespace Earshot.Diagnostics;

/// <summary>What observable instruments read of one connection. Called by the collector of metrics, at any time.</summary>
internal interface IMeasuredConnection
{
    string Name { get; }

    string State { get; }

    NatsStats Stats { get; }

    long PendingDeliveries { get; }
}
