using System.Globalization;

namespace Earshot.Chaos.JetStream;

/// <summary>A table of figures with the bound of each, in Markdown.</summary>
internal sealed class ChaosTable
{
    private readonly List<string> _rows = [];

    /// <summary>True while no figure has left its bound.</summary>
    public bool Holds { get; private set; } = true;

    public void Tell(string figure, string value) => _rows.Add($"| {figure} | {value} | |");

    public void None(string figure, long value) => Add(figure, value.ToString(CultureInfo.InvariantCulture), "0", value == 0);

    public void AtLeast(string figure, double share, double least) =>
        Add(figure, string.Create(CultureInfo.InvariantCulture, $"{share:P1}"), string.Create(CultureInfo.InvariantCulture, $"at least {least:P0}"), share >= least);

    public void AtMost(string figure, TimeSpan value, TimeSpan most) =>
        Add(figure, string.Create(CultureInfo.InvariantCulture, $"{value.TotalSeconds:0.0} s"), string.Create(CultureInfo.InvariantCulture, $"at most {most.TotalSeconds:0.#} s"), value <= most);

    public void All(string figure, int value, int expected) =>
        Add(figure, string.Create(CultureInfo.InvariantCulture, $"{value} of {expected}"), "all", value == expected);

    /// <summary>Appends the rows of another table.</summary>
    public void Add(ChaosTable other)
    {
        _rows.AddRange(other._rows);
        Holds &= other.Holds;
    }

    public async Task PrintAsync(TextWriter output)
    {
        await output.WriteLineAsync();
        await output.WriteLineAsync("| figure | value | allowed |");
        await output.WriteLineAsync("|---|--:|--:|");
        foreach (string row in _rows)
        {
            await output.WriteLineAsync(row);
        }
    }

    private void Add(string figure, string value, string allowed, bool holds)
    {
        _rows.Add($"| {figure} | {value}{(holds ? "" : " (FAILED)")} | {allowed} |");
        Holds &= holds;
    }
}
