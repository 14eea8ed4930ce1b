namespace Earshot.Fleet.Tests.Shipping;

/// <summary>Makes the events of one journal, one after the other, with numbers and times as a connection gives them.</summary>
internal sealed class EventStory(string connection)
{
    private static readonly Uri[] s_urls = [new("nats://n1:4222"), new("nats://n2:4222"), new("nats://n3:4222")];

    public string Connection => connection;

    public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The number of the last event.</summary>
    public long Last { get; private set; }

    /// <summary>The numbers of events that a shipper does not receive, because they are of kinds of high frequency.</summary>
    public List<long> NotRead { get; } = [];

    public int Outage { get; set; }

    /// <summary>An event of a kind that is not read takes a number.</summary>
    public void Skip(int count)
    {
        for (int i = 0; i < count; i++)
        {
            NotRead.Add(++Last);
        }
    }

    public T Add<T>(T e)
        where T : NatsConnectionEvent
    {
        (e.Sequence, e.Timestamp, e.SessionId, e.OutageId) = (++Last, Now, 1, Outage);
        return e;
    }

    /// <summary>Events that the journal has forgotten.</summary>
    public NatsEventsMissedEvent Missed(int count)
    {
        long from = Last + 1;
        Last += count - 1;
        return Add(new NatsEventsMissedEvent { FromSequence = from, ToSequence = from + count - 1, Counts = new Dictionary<NatsEventKind, int>() });
    }

    public NatsConnectAttemptFailedEvent Attempt(int server = 0, NatsConnectPhase phase = NatsConnectPhase.Tcp, double seconds = 0.01, int repeat = 1)
    {
        NatsConnectAttemptFailedEvent e = Add(new NatsConnectAttemptFailedEvent { Server = Server(server), Exception = new IOException("refused"), Phase = phase, Duration = TimeSpan.FromSeconds(seconds) });
        e.RepeatCount = repeat;
        return e;
    }

    public NatsDisconnectedEvent Disconnected() => Add(new NatsDisconnectedEvent { Server = Server(0), Reason = NatsDisconnectReason.ServerClosed, ServerId = "NA", ClientId = 7 });

    public NatsResubscribedEvent Resubscribed(bool isConfirmed = true) => Add(new NatsResubscribedEvent { ServerConfirmed = isConfirmed });

    public NatsServerErrorEvent Error() => Add(new NatsServerErrorEvent { Code = NatsServerErrorCode.StaleConnection, Text = "Stale Connection" });

    public NatsStaleConnectionEvent Stale() => Add(new NatsStaleConnectionEvent());

    public NatsPendingBufferHighEvent Flow() => Add(new NatsPendingBufferHighEvent());

    /// <summary>One of the events above, by a number.</summary>
    public NatsConnectionEvent Any(int choice) => (choice % 12) switch
    {
        0 => Disconnected(),
        1 => Error(),
        2 => Stale(),
        3 or 4 or 5 => Flow(),
        6 => Missed(1 + (choice / 12 % 5)),
        _ => Attempt(choice / 12 % 3, (NatsConnectPhase)(1 + (choice / 36 % 2)), 0.001 * (1 + (choice / 72 % 900))),
    };

    private static NatsServer Server(int index) => new() { Url = s_urls[index] };
}
