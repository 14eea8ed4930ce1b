namespace Earshot.JetStream.Consuming;

/// <summary>One call that reads: its consumer, settings, deserializer and reporter.</summary>
internal sealed record ReadCall<T>(ConsumerReads Consumer, PullSettings Settings, INatsDeserialize<T> Deserializer, IReadReporter Reporter)
{
    /// <summary>The JSON fields of the priority group.</summary>
    public byte[] Group { get; init; } = [];

    /// <summary>Whether a cancelled token ends the loop after the buffered messages, instead of after the current message.</summary>
    public bool DrainsOnCancel { get; init; }

    /// <summary>Whether a stop waits until the application has taken all received messages.</summary>
    public bool DrainsAtStop { get; init; }

    /// <summary>Starts the read, with a kept inbox if there is one.</summary>
    public PullReader<T> Start()
    {
        PullEngine engine = Consumer.Acquire();
        long step = Math.Max(1, (Settings.MaxMsgs - Settings.Threshold) / 8);
        var reader = new PullReader<T>(engine, Deserializer, Reporter) { ReportEvery = Settings.CountsBytes ? 1 : step };
        if (Settings.IsSingle)
        {
            reader.BeginCall(isOfOne: Settings.MaxMsgs == 1);
        }

        engine.Start(Settings, Reporter, Group, Connections.ConnectionPort.IsExact(Deserializer));
        return reader;
    }
}
