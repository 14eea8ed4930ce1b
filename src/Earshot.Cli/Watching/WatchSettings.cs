namespace Earshot.Cli.Watching;

/// <summary>What <c>watch</c> does besides showing events.</summary>
internal sealed record WatchSettings
{
    /// <summary>The subjects to subscribe to on every connection.</summary>
    public IReadOnlyList<string> Subjects { get; init; } = [];

    /// <summary>The kinds of events that end the command; null for none.</summary>
    public NatsEventFilter? Until { get; init; }

    /// <summary>How long to watch at most; null for no limit.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>The file of the journal; null for none.</summary>
    public string? Record { get; init; }

    /// <summary>The command to run on events; null for none.</summary>
    public string? Command { get; init; }

    /// <summary>The kinds of events that run the command.</summary>
    public NatsEventFilter CommandKinds { get; init; } = NatsEventFilter.Lifecycle;
}
