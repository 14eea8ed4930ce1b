using System.Globalization;

namespace Earshot.Server.JetStream;

/// <summary>One field of a cron expression: the values that it selects.</summary>
/// <param name="Values">A bit per value.</param>
/// <param name="IsAny">Whether it selects all values with a star.</param>
internal readonly record struct CronField(ulong Values, bool IsAny)
{
    private const int MostValues = 64;

    public bool Contains(int value) => (Values & (1UL << value)) != 0;

    /// <summary>Reads a list of values, ranges and steps; null: it is not valid.</summary>
    /// <param name="text">The field.</param>
    /// <param name="least">The least value.</param>
    /// <param name="most">The greatest value.</param>
    /// <param name="names">The names of values, from the least one on; empty: there are none.</param>
    public static CronField? Parse(string text, int least, int most, string[] names)
    {
        ulong values = 0;
        bool isAny = false;
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (ParsePart(part, least, most, names) is not { } found)
            {
                return null;
            }

            values |= found.Values;
            isAny |= found.IsAny;
        }

        return new CronField(values, isAny);
    }

    private static CronField? ParsePart(string text, int least, int most, string[] names)
    {
        string[] parts = text.Split('/');
        string[] range = parts[0].Split('-');
        bool isStar = range[0] is "*" or "?";
        int? first = isStar ? least : Value(range[0], least, names);
        int? last = isStar || (parts.Length == 2 && range.Length == 1) ? most : range.Length == 1 ? first : Value(range[1], least, names);
        int? step = parts.Length == 1 ? 1 : Value(parts[1], least, []);
        bool isValid = parts.Length <= 2 && (isStar || range.Length <= 2) && first >= least && last <= most && first <= last && step > 0;
        if (!isValid)
        {
            return null;
        }

        ulong values = 0;
        for (int value = first!.Value; value <= last; value += Math.Min(step!.Value, MostValues))
        {
            values |= 1UL << value;
        }

        return new CronField(values, isStar && step == 1);
    }

    private static int? Value(string text, int least, string[] names)
    {
        int index = Array.FindIndex(names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? least + index : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : null;
    }
}
