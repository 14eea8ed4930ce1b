namespace Earshot.Catalogue.Tests.Bytes;

/// <summary>One row of the catalogue of server bytes: what is sent, and everything that an application must observe.</summary>
/// <param name="Id">The number in the specification, P01 to P98.</param>
/// <param name="Case">Distinguishes the rows of one number.</param>
/// <param name="Disposition">Selects the engine that runs the row.</param>
internal sealed record ByteRow(string Id, string Case, Disposition Disposition)
{
    /// <summary>What the server sends, one Latin-1 character per byte.</summary>
    public string Bytes { get; init; } = "";

    /// <summary>What the subscription of "foo" receives because of it, as <see cref="ReceivedText"/> writes it.</summary>
    public IReadOnlyList<string> Delivered { get; init; } = [];

    /// <summary>The kinds of events that the bytes cause, all of them and in this order.</summary>
    public IReadOnlyList<NatsEventKind> Events { get; init; } = [];

    /// <summary>What the client sends because of it.</summary>
    public IReadOnlyList<string> Sent { get; init; } = [];

    /// <summary>Part of the text of the exception or of the first event.</summary>
    public string Text { get; init; } = "";

    /// <summary>Where a failed attempt was.</summary>
    public NatsConnectPhase Phase { get; init; } = NatsConnectPhase.Info;

    /// <summary>Options other than the defaults.</summary>
    public Func<NatsOpts, NatsOpts> Options { get; init; } = static opts => opts;

    /// <summary>Runs instead of the engine, for what is not one piece of bytes.</summary>
    public Func<Task>? Scenario { get; init; }

    /// <summary>The file and the name of the test that runs the row, when it needs more than a connection in memory.</summary>
    public (string File, string Test)? Elsewhere { get; init; }

    /// <summary>Where the behaviour differs from the specification, and which decision requires that.</summary>
    public string Difference { get; init; } = "";

    public string Key => Case.Length == 0 ? Id : $"{Id} {Case}";
}
