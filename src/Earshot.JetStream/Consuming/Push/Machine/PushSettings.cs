namespace Earshot.JetStream.Consuming;

/// <summary>The settings of one read of a push consumer. Durations are in ticks of 100 ns, as all times of the machine.</summary>
internal sealed record PushSettings
{
    /// <summary>The interval of the idle heartbeats in the configuration of the consumer; 0: none, so that silence is not detected.</summary>
    public long Heartbeat { get; init; }

    /// <summary>Whether the read may recreate the consumer: it is ephemeral, was created by this client, and no other client shares it.</summary>
    public bool IsRecreatable { get; init; }

    /// <summary>
    /// Whether the read is a member of a deliver group: the server sends each heartbeat and each flow control request to one of the members, so
    /// that a silence means nothing until the server has been asked.
    /// </summary>
    public bool IsShared { get; init; }

    /// <summary>Whether the consumer was created with this read; otherwise the read first checks that an ephemeral consumer still exists.</summary>
    public bool IsNew { get; init; }

    /// <summary>Whether messages that the application has not taken when the read stops are left until AckWait ends.</summary>
    public bool LeavesRest { get; init; }
}
