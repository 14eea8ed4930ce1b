namespace Earshot.Simulation.Bank;

/// <summary>Tests of one project.</summary>
/// <param name="Project">The project, a folder of <c>tests/</c>.</param>
/// <param name="Arguments">What selects them, as the test program takes it.</param>
internal sealed record TestSelection(string Project, IReadOnlyList<string> Arguments)
{
    /// <summary>The tests of the client that a defect is looked for with, where its entry names no others. Figures of memory depend on the build, which differs.</summary>
    public static TestSelection OfClient { get; } = new("Earshot.Client.Tests", ["-trait-", "Duration=Long", "-namespace-", "Earshot.Client.Tests.Allocations"]);

    /// <summary>Reads the name of a project and arguments, separated by spaces.</summary>
    public static TestSelection Parse(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new TestSelection(words[0], words[1..]);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', [Project, .. Arguments]);
}
