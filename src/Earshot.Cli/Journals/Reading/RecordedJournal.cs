namespace Earshot.Cli.Journals;

/// <summary>The recorded events of one connection.</summary>
/// <param name="Name">The name of the connection in pictures and lists, usually that of its file.</param>
/// <param name="Events">The events in the order of their sequence numbers.</param>
internal sealed record RecordedJournal(string Name, IReadOnlyList<NatsConnectionEvent> Events)
{
    /// <summary>The file that has it; null where there is none.</summary>
    public string? File { get; init; }

    /// <summary>The name that its lines have for the connection, as <c>watch --json</c> writes it with several connections; null without one.</summary>
    public string? Connection { get; init; }
}
