using System.Globalization;

namespace Earshot.JetStream.Schedules;

/// <summary>Checks cron expressions as nats-server does: six fields, from the second to the day of the week.</summary>
internal static class CronFields
{
    private static readonly string[] s_months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    private static readonly string[] s_days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
    private static readonly (string Name, int Least, int Most, string[] Words)[] s_fields =
    [
        ("second", 0, 59, []), ("minute", 0, 59, []), ("hour", 0, 23, []), ("day of the month", 1, 31, []), ("month", 1, 12, s_months), ("day of the week", 0, 6, s_days),
    ];

    private const int DayOfMonth = 3;
    private const int Month = 4;
    private const int DayOfWeek = 5;

    /// <summary>Returns what is wrong with an expression; null when it is valid.</summary>
    public static string? FindFault(string expression)
    {
        string[] parts = expression.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != s_fields.Length)
        {
            return $"it has {parts.Length} fields instead of {s_fields.Length}: second, minute, hour, day of the month, month, day of the week";
        }

        var sets = new HashSet<int>[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            sets[i] = [];
            if (!parts[i].Split(',').All(part => TryAdd(part, s_fields[i], sets[i])))
            {
                return $"'{parts[i]}' is not valid as {s_fields[i].Name}";
            }
        }

        // With both days restricted, one of them is enough.
        bool isNever = IsAny(parts[DayOfWeek]) && !sets[Month].Any(month => sets[DayOfMonth].Any(day => day <= DateTime.DaysInMonth(2024, month)));
        return isNever ? "no month has such a day" : null;
    }

    private static bool IsAny(string part) => part is "*" or "?";

    // "*", "?", "a", "a-b", each with "/step"; "a/step" is from a to the end
    private static bool TryAdd(string part, (string Name, int Least, int Most, string[] Words) field, HashSet<int> set)
    {
        string[] halves = part.Split('/');
        int step = 1;
        if (halves.Length > 2 || (halves.Length == 2 && (!TryNumber(halves[1], out step) || step < 1)))
        {
            return false;
        }

        (int least, int most) = (field.Least, field.Most);
        if (!IsAny(halves[0]))
        {
            string[] ends = halves[0].Split('-');
            if (ends.Length > 2 || !TryValue(ends[0], field, out least) || !TryValue(ends[^1], field, out most))
            {
                return false;
            }

            most = ends.Length == 1 && halves.Length == 2 ? field.Most : most;
        }

        for (int value = least; value <= most; value += step)
        {
            set.Add(value);
        }

        return least >= field.Least && most <= field.Most && least <= most;
    }

    private static bool TryValue(string text, (string Name, int Least, int Most, string[] Words) field, out int value)
    {
        int word = Array.FindIndex(field.Words, name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        value = word + field.Least;
        return word >= 0 || TryNumber(text, out value);
    }

    // Not above what any field has, so that a step cannot overflow.
    private static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < 1_000_000;
}
