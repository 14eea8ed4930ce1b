using System.Globalization;

namespace Earshot.LoadTest;

/// <summary>One line of the baseline: what was measured, what it is compared with, its size or number, and its share of that.</summary>
internal sealed record BaselineShare(string What, string Against, int Number, double Share)
{
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{What}\t{Against}\t{Number}");
}
