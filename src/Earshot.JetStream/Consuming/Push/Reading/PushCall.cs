namespace Earshot.JetStream.Consuming;

/// <summary>One call that reads a push consumer.</summary>
internal sealed record PushCall<T>(PushReads Consumer, INatsDeserialize<T> Deserializer, ReadReporter Reporter)
{
    /// <summary>Whether messages that the application has not taken are left until AckWait ends.</summary>
    public bool LeavesRest { get; init; }

    /// <summary>Whether a cancelled token ends the loop after the buffered messages, instead of after the current message.</summary>
    public bool DrainsOnCancel { get; init; }

    /// <summary>Whether a stop waits until the application has taken all received messages.</summary>
    public bool DrainsAtStop { get; init; }

    /// <summary>Subscribes the deliver subject.</summary>
    /// <exception cref="InvalidOperationException">The consumer is read already, and has no deliver group.</exception>
    public PushReader<T> Start() => new(Consumer.Start(Reporter, LeavesRest, Connections.ConnectionPort.IsExact(Deserializer)), Deserializer, Reporter);
}
