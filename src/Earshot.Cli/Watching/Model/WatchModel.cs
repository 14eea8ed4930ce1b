using System.Collections.Immutable;
using Earshot.Cli.Output;

namespace Earshot.Cli.Watching;

/// <summary>All that the screen of <c>watch</c> and <c>replay</c> shows. Immutable; a pure fold of events, snapshots and notices.</summary>
internal sealed record WatchModel
{
    // More than any terminal has lines.
    private const int MaxEntries = 512;

    /// <param name="labels">The names of the connections.</param>
    internal WatchModel(IEnumerable<string> labels) => Connections = [.. labels.Select(static label => new ConnectionModel(SafeText.Line(label)))];

    internal ImmutableList<ConnectionModel> Connections { get; private init; }

    /// <summary>The newest lines of the list of events, the oldest first.</summary>
    internal ImmutableList<WatchEntry> Entries { get; private init; } = [];

    /// <summary>Number of events so far, also of those that are not listed.</summary>
    internal long Events { get; private init; }

    /// <summary>Number of events of severity warning and above so far.</summary>
    internal long Warnings { get; private init; }

    /// <summary>Takes an event.</summary>
    /// <param name="connection">The index of its connection.</param>
    /// <param name="e">The event.</param>
    /// <param name="isListed">Whether the list of events shows it.</param>
    internal WatchModel Apply(int connection, NatsConnectionEvent e, bool isListed = true)
    {
        WatchModel next = this with
        {
            Connections = Connections.SetItem(connection, Connections[connection].Apply(e)),
            Events = Events + e.RepeatCount,
            Warnings = Warnings + (e.Severity >= NatsEventSeverity.Warning ? e.RepeatCount : 0),
        };
        string text = e.RepeatCount > 1 ? $"{e.Message} ({e.RepeatCount} times)" : e.Message;
        return isListed ? next.List(new WatchEntry(e.Timestamp, connection, e.Severity, e.Kind.ToString(), SafeText.Line(text))) : next;
    }

    /// <summary>Takes the counters of a connection between two events.</summary>
    internal WatchModel Read(int connection, DateTimeOffset at, NatsConnectionSnapshot snapshot) =>
        this with { Connections = Connections.SetItem(connection, Connections[connection].Read(at, snapshot)) };

    /// <summary>Takes a notice of the tool itself.</summary>
    internal WatchModel Note(DateTimeOffset at, string what, string text) => List(new WatchEntry(at, -1, NatsEventSeverity.Information, what, SafeText.Line(text)));

    private WatchModel List(WatchEntry entry) =>
        this with { Entries = (Entries.Count < MaxEntries ? Entries : Entries.RemoveRange(0, MaxEntries / 4)).Add(entry) };
}
