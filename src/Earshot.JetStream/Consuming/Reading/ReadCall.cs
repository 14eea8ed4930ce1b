namespace Earshot.JetStream.Consuming;

/// <summary>One call that reads: of which consumer, what, and how it ends.</summary>
internal sealed record ReadCall<T>(ConsumerReads Consumer, PullSettings Settings, INatsDeserialize<T> Deserializer, IReadReporter Reporter)
{
    /// <summary>Fields of the priority group.</summary>
    public byte[] Group { get; init; } = [];

    /// <summary>A cancelled token ends the loop after what is buffered, not after the message in hand.</summary>
    public bool DrainsOnCancel { get; init; }

    /// <summary>A stop waits until all that came is handed out.</summary>
    public bool DrainsAtStop { get; init; }

    /// <summary>Begins, with an inbox that is kept if there is one.</summary>
    public PullReader<T> Start()
    {
        PullEngine engine = Consumer.Acquire();
        long step = Math.Max(1, (Settings.MaxMsgs - Settings.Threshold) / 8);
        var reader = new PullReader<T>(engine, Deserializer, Reporter) { TellEvery = Settings.CountsBytes ? 1 : step };
        engine.Start(this.Settings, Reporter, Group, Connections.ConnectionPort.IsExact(Deserializer));
        return reader;
    }
}
