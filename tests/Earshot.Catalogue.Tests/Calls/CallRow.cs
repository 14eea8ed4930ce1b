using Earshot.Client.Tests.Lifecycle.Connection;

namespace Earshot.Catalogue.Tests.Calls;

/// <summary>One row of the catalogue of misuse: what is called, and everything that the caller must observe.</summary>
/// <param name="Id">The number in the specification, A01 to A61.</param>
/// <param name="Case">Distinguishes the rows of one number.</param>
internal sealed record CallRow(string Id, string Case)
{
    /// <summary>A call of an open connection that must throw before it returns.</summary>
    public Action<NatsConnection>? Call { get; init; }

    /// <summary>The construction of an object that must throw.</summary>
    public Action? Construction { get; init; }

    /// <summary>The type of the exception of <see cref="Call"/> or <see cref="Construction"/>.</summary>
    public Type Exception { get; init; } = typeof(ArgumentException);

    /// <summary>The expected behaviour, for what is not a refusal.</summary>
    public Func<ConnectionRig, Task>? Scenario { get; init; }

    /// <summary>Options of the connection of a scenario.</summary>
    public Func<NatsOpts, NatsOpts> Options { get; init; } = static opts => opts;

    /// <summary>The file and the name of the test that runs the row, when it needs more than a connection in memory.</summary>
    public (string File, string Test)? Elsewhere { get; init; }

    /// <summary>Where the behaviour differs from the specification, and which decision requires that.</summary>
    public string Difference { get; init; } = "";

    public string Key => Case.Length == 0 ? Id : $"{Id} {Case}";
}
