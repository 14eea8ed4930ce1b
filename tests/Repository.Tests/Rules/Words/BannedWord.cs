using System.Text.RegularExpressions;

namespace Repository.Tests.Rules.Words;

/// <summary>A word or idiom that this repository replaces: its regular expression, the standard term, and the number of uses that are left.</summary>
internal sealed record BannedWord(string Pattern, string Use, int Allowed)
{
    internal Regex Expression { get; } = new(Pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Compiled);
}
