namespace Earshot.Cli.Journals;

/// <summary>The comparison of two journals, event by event.</summary>
internal sealed record JournalDiff(IReadOnlyList<DiffEntry> Entries)
{
    private const int Passes = 3;

    // Their number depends on how long a connection lived and not on what happened to it.
    private static readonly HashSet<NatsEventKind> s_periodic =
        [NatsEventKind.PingSent, NatsEventKind.PongReceived, NatsEventKind.ConnectPhaseCompleted, NatsEventKind.ProtocolTrace, NatsEventKind.StatusChanged];

    public int Equal => Entries.Count(entry => entry.IsEqual);

    public int Different => Entries.Count(entry => entry is { A: not null, B: not null, IsEqual: false });

    public int OnlyA => Entries.Count(entry => entry.B is null);

    public int OnlyB => Entries.Count(entry => entry.A is null);

    /// <summary>Whether both have the same kinds of events in the same order.</summary>
    public bool HasSameKinds => Entries.All(entry => entry is { A: not null, B: not null });

    /// <summary>Compares two journals.</summary>
    /// <param name="a">The first.</param>
    /// <param name="b">The second.</param>
    /// <param name="isComplete">Whether keep-alive and the phases of attempts are compared too.</param>
    internal static JournalDiff Of(IReadOnlyList<NatsConnectionEvent> a, IReadOnlyList<NatsConnectionEvent> b, bool isComplete)
    {
        NatsConnectionEvent[] left = [.. a.Where(e => isComplete || !s_periodic.Contains(e.Kind))];
        NatsConnectionEvent[] right = [.. b.Where(e => isComplete || !s_periodic.Contains(e.Kind))];
        var entries = new List<DiffEntry>();
        Align(left, right, 0, entries);
        return new JournalDiff(entries);
    }

    // First what agrees in kind, outcome and server; between these, what agrees in kind and outcome; at last in kind only.
    private static void Align(NatsConnectionEvent[] a, NatsConnectionEvent[] b, int pass, List<DiffEntry> entries)
    {
        if (pass == Passes || a.Length == 0 || b.Length == 0)
        {
            entries.AddRange(a.Select(e => new DiffEntry(e, null)));
            entries.AddRange(b.Select(e => new DiffEntry(null, e)));
            return;
        }

        (int A, int B) at = (0, 0);
        foreach ((int A, int B) pair in Alignment.Find([.. a.Select(e => KeyOf(e, pass))], [.. b.Select(e => KeyOf(e, pass))]))
        {
            Align(a[at.A..pair.A], b[at.B..pair.B], pass + 1, entries);
            entries.Add(new DiffEntry(a[pair.A], b[pair.B]) { Values = EventValues.Compare(a[pair.A], b[pair.B]) });
            at = (pair.A + 1, pair.B + 1);
        }

        Align(a[at.A..], b[at.B..], pass + 1, entries);
    }

    private static (NatsEventKind Kind, NatsConnectionState? State, string Server) KeyOf(NatsConnectionEvent e, int pass) =>
        (e.Kind, pass < Passes - 1 ? e.State : null, pass == 0 ? EventValues.ServerOf(e) : "");
}
