using System.Text.RegularExpressions;
using Xunit;

namespace Repository.Tests.Docs;

/// <summary>
/// Holds the numbers in the guides and the README to the code. A page writes the default of an option as <c>`Option` (5 s)</c>; behind any
/// other number is a comment, <c>&lt;!-- value: Type.Member --&gt;</c>, or <c>&lt;!-- not in the code --&gt;</c> for what another
/// program decides or a measurement found.
/// </summary>
public sealed partial class ValueTests
{
    private static readonly MarkdownFile[] s_pages =
        [.. MarkdownFile.All.Where(file => file.Path.StartsWith("docs/guides/", StringComparison.Ordinal) || file.Path == "README.md")];

    [Fact]
    public void Number_that_a_page_gives_for_an_option_is_its_default()
    {
        var found = s_pages.SelectMany(page => OptionWithValue.Matches(Prose(page)).Select(match => (page.Path, Match: match)))
            .Where(found => CodeValues.IsOption(found.Match.Groups["name"].Value))
            .ToList();
        Assert.NotEmpty(found);
        Assert.Empty(found.SelectMany(found => Complaints(found.Path, found.Match)));
    }

    [Fact]
    public void Number_with_the_name_of_a_value_behind_it_is_that_value()
    {
        var found = s_pages.SelectMany(page => NamedValue.Matches(Prose(page)).Select(match => (page.Path, Match: match))).ToList();
        Assert.NotEmpty(found);
        Assert.Empty(found.SelectMany(found => Complaints(found.Path, found.Match)));
        Assert.Equal(s_pages.Sum(page => page.Text.Split("<!-- value:").Length - 1), found.Count);
    }

    [Fact]
    public void Every_time_and_size_in_a_page_is_tied_to_the_code()
    {
        IEnumerable<string> loose =
            from page in s_pages
            let prose = Prose(page)
            let tied = OptionWithValue.Matches(prose).Where(match => CodeValues.IsOption(match.Groups["name"].Value))
                .Concat(NamedValue.Matches(prose)).Concat(NotInTheCode.Matches(prose))
                .Select(match => match.Groups["value"].Index)
                .ToHashSet()
            from Match quantity in Quantity.Matches(prose)
            where !tied.Contains(quantity.Index)
            select $"{page.Path}: {quantity.Value}";
        Assert.Empty(loose);
    }

    [Theory]
    [InlineData("NatsOpts.ConnectTimeout", "5 s")]
    [InlineData("SubPendingBytesLimit", "64 MiB")]
    [InlineData("SubPendingChannelCapacity", "65,536")]
    [InlineData("PoolOptions.AdvertisedLimit", "1,024")]
    public void Value_is_found_by_its_name(string name, string written) => Assert.Contains(written, CodeValues.Of(name));

    [GeneratedRegex(@"`(?:\w+\.)?(?<name>\w+)`(?:\s\(|,\s)(?<value>-?\d[\d,.]*\d|-?\d)(?<unit> (?:ms|s|min|KiB|MiB|bytes)\b)?")]
    private static partial Regex OptionWithValue { get; }

    [GeneratedRegex(@"(?<value>-?\d[\d,.]*\d|-?\d)(?<unit>\s(?:ms|s|min|KiB|MiB|bytes))?<!-- value: (?<name>[\w.]+) -->")]
    private static partial Regex NamedValue { get; }

    [GeneratedRegex(@"(?<value>-?\d[\d,.]*\d|-?\d)(?<unit>\s(?:ms|s|min|KiB|MiB|bytes))?<!-- not in the code -->")]
    private static partial Regex NotInTheCode { get; }

    [GeneratedRegex(@"(?:-?\d[\d,.]*\d|-?\d)\s(?:ms|s|min|KiB|MiB|bytes)\b")]
    private static partial Regex Quantity { get; }

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Code { get; }

    private static string Prose(MarkdownFile page) => Code.Replace(page.Text, "");

    private static IEnumerable<string> Complaints(string path, Match match)
    {
        string written = match.Groups["value"].Value + match.Groups["unit"].Value.Replace('\n', ' ');
        IReadOnlyList<string> known = CodeValues.Of(match.Groups["name"].Value);
        return known.Contains(written) ? [] : [$"{path}: {match.Groups["name"].Value} is {string.Join(" or ", known)}, not {written}"];
    }
}
