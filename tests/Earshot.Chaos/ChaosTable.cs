using System.Globalization;

namespace Earshot.Chaos;

/// <summary>A table of figures with the bound of each, in Markdown.</summary>
internal sealed class ChaosTable
{
    private const string Failed = " (FAILED)";

    private readonly List<string> _rows = [];

    /// <summary>True while no figure has left its bound.</summary>
    public bool Holds { get; private set; } = true;

    public void Tell(string figure, string value) => _rows.Add($"| {figure} | {value} | |");

    public void None(string figure, long value) => Add(figure, value.ToString(CultureInfo.InvariantCulture), "0", value == 0);

    public void AtLeast(string figure, double share, double least) =>
        Add(figure, string.Create(CultureInfo.InvariantCulture, $"{share:P1}"), string.Create(CultureInfo.InvariantCulture, $"at least {least:P0}"), share >= least);

    public void AtMost(string figure, TimeSpan value, TimeSpan most) =>
        Add(figure, string.Create(CultureInfo.InvariantCulture, $"{value.TotalSeconds:0.0#} s"), string.Create(CultureInfo.InvariantCulture, $"at most {most.TotalSeconds:0.##} s"), value <= most);

    public void AtMost(string figure, long value, long most) =>
        Add(figure, value.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"at most {most}"), value <= most);

    public void All(string figure, int value, int expected) =>
        Add(figure, string.Create(CultureInfo.InvariantCulture, $"{value} of {expected}"), "all", value == expected);

    /// <summary>Appends the rows of another table.</summary>
    public void Add(ChaosTable other)
    {
        _rows.AddRange(other._rows);
        Holds &= other.Holds;
    }

    /// <summary>Appends the rows that a table of another process has printed.</summary>
    /// <returns>Whether there were any.</returns>
    public bool AddPrinted(string output)
    {
        string[] rows = [.. output.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("| F", StringComparison.Ordinal))];
        _rows.AddRange(rows);
        Holds &= !rows.Any(row => row.Contains(Failed, StringComparison.Ordinal));
        return rows.Length > 0;
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
        _rows.Add($"| {figure} | {value}{(holds ? "" : Failed)} | {allowed} |");
        Holds &= holds;
    }
}
