namespace Earshot.Chaos.Faults;

/// <summary>One fault of the catalogue that concerns one server, one client or what is between them.</summary>
/// <param name="Name">Its number in the catalogue, and what it is.</param>
/// <param name="RunAsync">Runs it and adds its figures to the table.</param>
internal sealed record FaultScenario(string Name, Func<FaultSetting, CancellationToken, Task> RunAsync)
{
    /// <summary>Whether it is meaningful with short durations; the others take what their definition says.</summary>
    public bool IsQuick { get; init; }

    public static FaultScenario[] All { get; } =
    [
        new("F09 long round trip, and little bandwidth", SlowLinkFault.RunAsync),
        new("F11 half closed connection", HalfCloseFault.RunAsync) { IsQuick = true },
        new("F14 server that accepts and closes", FlapFault.RunAsync),
        new("F15 window closed for a minute", ClosedWindowFault.RunAsync),
        new("F16 frame that arrives byte by byte", DripFault.RunAsync) { IsQuick = true },
        new("F26 process that is paused", PauseFault.RunAsync),
        new("F27 starved thread pool", StarvationFault.RunAsync),
        new("F28 no file handles", HandleFault.RunAsync),
        new("F29 no local ports", PortFault.RunAsync),
        new("F30 64 MB of heap", HeapFault.RunAsync),
        new("F32 wrong logins", LoginFault.RunAsync) { IsQuick = true },
        new("F36 proxies that cut idle connections and end TLS", IdleProxyFault.RunAsync) { IsQuick = true },
        new("F40 hostile messages of another client", HostilePeerFault.RunAsync) { IsQuick = true },
    ];

    /// <summary>The number in the catalogue.</summary>
    public string Number => Name[..3];
}
