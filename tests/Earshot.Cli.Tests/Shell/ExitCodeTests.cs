using System.Globalization;
using System.Reflection;
using Earshot.Cli.Shell;
using Xunit;

namespace Earshot.Cli.Tests.Shell;

/// <summary>The exit codes of the guide are those of the code.</summary>
public sealed class ExitCodeTests
{
    [Fact]
    public void Guide_has_every_exit_code_with_its_name_in_order()
    {
        string[] rows = [.. File.ReadLines(Path.Combine(RepositoryRoot.Path, "docs", "guides", "tool.md")).Where(static line => line.StartsWith("| ", StringComparison.Ordinal))];
        (int, string)[] documented = [.. rows.Select(static row => row.Split('|', StringSplitOptions.TrimEntries)[1..])
            .Where(static cells => int.TryParse(cells[0], CultureInfo.InvariantCulture, out _) && cells[1] == $"`{cells[1].Trim('`')}`" && !cells[1].Trim('`').Contains('`', StringComparison.Ordinal) && char.IsUpper(cells[1][1]))
            .Select(static cells => (int.Parse(cells[0], CultureInfo.InvariantCulture), cells[1].Trim('`')))];
        (int, string)[] defined = [.. typeof(ExitCode).GetFields(BindingFlags.Static | BindingFlags.NonPublic).Where(static field => field.IsLiteral)
            .Select(static field => ((int)field.GetRawConstantValue()!, field.Name)).Order()];
        Assert.Equal(defined, documented);
        Assert.Equal(defined.Length, defined.Select(static code => code.Item1).Distinct().Count());
    }
}
